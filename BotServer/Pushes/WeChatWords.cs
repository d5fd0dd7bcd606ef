using Bot.Core.WeChat;

namespace Bot.Server.Pushes;

/// <summary>What WeChat's refusals mean, and what somebody can do, for screens.</summary>
internal static class WeChatWords
{
    public static string Of(int errcode) => WeChatErrors.Of(errcode).Effect switch
    {
        WeChatEffect.WindowClosed => "对方 48 小时内没有来过消息，微信不让主动发。等对方下次发消息时，随回复告诉他。",
        WeChatEffect.WindowUsedUp => "对方上次来消息后，能主动发的条数用完了。等对方下次发消息时，随回复告诉他。",
        WeChatEffect.NoCredit => "对方没有可用的通知次数。等对方下次发消息时，随回复告诉他。",
        WeChatEffect.None when errcode > 40000 && errcode != 61450 => "公众号的凭证失效了，换新的再发。",
        WeChatEffect.None => "微信当时正忙，不知道到没到，没有再发。",
        WeChatEffect.Unfollowed => "对方没有关注公众号。重新关注后，随回复告诉他。",
        WeChatEffect.Stopped => "对方不接收公众号主动发的消息。等对方下次发消息时，随回复告诉他。",
        WeChatEffect.AddressInvalid => "微信不认识这个收件人，可能公众号换过。",
        WeChatEffect.QuotaUsedUp => "当天的发送次数用完了，第二天再发；还发不出的，随回复告诉对方。",
        WeChatEffect.TooFast => "发得太快，停了一分钟再发。",
        WeChatEffect.Configuration => "公众号的设置不对，一条都发不出去。请让运维运行 BotServer check，照提示改。",
        WeChatEffect.NotAllowedHere => "公众号没有这个接口的权限。请让运维在微信公众平台查看接口权限。",
        WeChatEffect.AccountBlocked => "微信停了公众号的这个接口。请登录微信公众平台看通知。",
        WeChatEffect.ContentRefused => "微信认为内容不合规。请改“回复和菜单”里的这句话。",
        WeChatEffect.TooLong => "内容太长。请把“回复和菜单”里的这句话改短。",
        _ => "微信没有收下。等对方下次发消息时，随回复告诉他。",
    };
}
