namespace Bot.Server.Pushes;

/// <summary>What screens call the calls whose quotas are watched.</summary>
internal static class QuotaWords
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["/cgi-bin/message/custom/send"] = "客服消息",
        ["/cgi-bin/message/subscribe/bizsend"] = "订阅通知",
        ["/cgi-bin/message/template/send"] = "模板消息",
        ["/cgi-bin/message/mass/send"] = "按名单群发",
        ["/cgi-bin/message/mass/sendall"] = "按标签群发",
        ["/cgi-bin/user/info"] = "查关注者",
        ["/cgi-bin/qrcode/create"] = "生成二维码",
        ["/cgi-bin/media/upload"] = "上传素材",
    };

    public static string Of(string path) => Names.GetValueOrDefault(path, path);
}
