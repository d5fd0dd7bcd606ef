namespace Bot.Core.WeChat;

public enum WeChatAccount
{
    Mp,
    Mini,
}
