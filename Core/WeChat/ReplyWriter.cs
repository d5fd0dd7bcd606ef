namespace Bot.Core.WeChat;

/// <summary>§5, as bytes.</summary>
internal static class ReplyWriter
{
    /// <returns>False when there is nothing to say; then nothing was written.</returns>
    public static bool TryWrite(Utf8Buffer bytes, Reply reply, Inbound to, long now, CallbackFormat format)
    {
        if (reply is NothingReply)
        {
            return false;
        }

        if (reply is TextReply text)
        {
            var content = OutgoingText.Clean(text.Content);
            if (content.Length == 0)
            {
                return false; // WeChat shows an error for a text without content
            }
        }

        ReplyElements elements = format == CallbackFormat.Xml ? new XmlReplyElements(bytes) : new JsonReplyElements(bytes);
        elements.Begin();
        elements.Text("ToUserName"u8, to.FromUserName);
        elements.Text("FromUserName"u8, to.ToUserName);
        elements.Number("CreateTime"u8, now);
        WriteContent(elements, reply);
        elements.End();
        return true;
    }

    private static void WriteContent(ReplyElements to, Reply reply)
    {
        switch (reply)
        {
            case TextReply text:
                to.Text("MsgType"u8, "text");
                to.Text("Content"u8, text.Content);
                break;
            case ImageReply image:
                to.Text("MsgType"u8, "image");
                to.Open("Image"u8);
                to.Text("MediaId"u8, image.MediaId);
                to.Close("Image"u8);
                break;
            case VoiceReply voice:
                to.Text("MsgType"u8, "voice");
                to.Open("Voice"u8);
                to.Text("MediaId"u8, voice.MediaId);
                to.Close("Voice"u8);
                break;
            case VideoReply video:
                to.Text("MsgType"u8, "video");
                to.Open("Video"u8);
                to.Text("MediaId"u8, video.MediaId);
                to.Text("Title"u8, video.Title);
                to.Text("Description"u8, video.Description);
                to.Close("Video"u8);
                break;
            case MusicReply music:
                WriteMusic(to, music);
                break;
            case NewsReply news:
                WriteNews(to, news);
                break;
            case TransferReply transfer:
                to.Text("MsgType"u8, "transfer_customer_service");
                if (transfer.KfAccount is { Length: > 0 } account)
                {
                    to.Open("TransInfo"u8);
                    to.Text("KfAccount"u8, account);
                    to.Close("TransInfo"u8);
                }

                break;
            default:
                throw new ArgumentException($"{reply.GetType().Name} has no form on the wire.", nameof(reply));
        }
    }

    private static void WriteMusic(ReplyElements to, MusicReply music)
    {
        to.Text("MsgType"u8, "music");
        to.Open("Music"u8);
        to.Text("Title"u8, music.Title);
        to.Text("Description"u8, music.Description);
        to.Text("MusicUrl"u8, music.MusicUrl);
        to.Text("HQMusicUrl"u8, music.HqMusicUrl);
        to.Text("ThumbMediaId"u8, music.ThumbMediaId);
        to.Close("Music"u8);
    }

    private static void WriteNews(ReplyElements to, NewsReply news)
    {
        to.Text("MsgType"u8, "news");
        to.Number("ArticleCount"u8, 1);
        to.Open("Articles"u8);
        to.Open("item"u8);
        to.Text("Title"u8, news.Title);
        to.Text("Description"u8, news.Description);
        to.Text("PicUrl"u8, news.PicUrl);
        to.Text("Url"u8, news.Url);
        to.Close("item"u8);
        to.Close("Articles"u8);
    }
}
