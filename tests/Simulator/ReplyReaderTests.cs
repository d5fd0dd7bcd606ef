using System.Text;
using Bot.Simulator.Platform;

namespace Bot.Tests.Simulator;

/// <summary>The platform is strict, so that a bot that it understands is understood by WeChat.</summary>
public sealed class ReplyReaderTests
{
    private static readonly World Accounts = World.New(PushMode.Plain);
    private static readonly string Head =
        $"<ToUserName>o1</ToUserName><FromUserName>{Accounts.Mp.OriginalId}</FromUserName><CreateTime>1</CreateTime>";

    private static readonly string Item = "<item><Title>t</Title><Description/><PicUrl/><Url>https://example.com/</Url></item>";

    [Fact]
    public void A_text_and_an_article_are_understood()
    {
        Assert.Equal("你好", Read(Accounts.Mp, $"<xml>{Head}<MsgType>text</MsgType><Content>你好</Content></xml>").Reply!.Text);
        var news = Read(Accounts.Mp, $"<xml>{Head}<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles>{Item}</Articles></xml>").Reply!;
        Assert.Equal(("t", "https://example.com/"), (news.Title, news.Url));
    }

    public static TheoryData<string> Faults => new(
        "<MsgType>text</MsgType><Content></Content>",
        "<MsgType>text</MsgType>",
        $"<MsgType>text</MsgType><Content>{new string('字', 700)}</Content>",
        "<MsgType>poem</MsgType><Content>x</Content>",
        "<MsgType>image</MsgType><Image/>",
        $"<MsgType>news</MsgType><ArticleCount>2</ArticleCount><Articles>{Item}{Item}</Articles>",
        $"<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles>{Item}{Item}</Articles>",
        "<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles><item><Title>t</Title><Url>/y/lesson</Url></item></Articles>");

    [Theory]
    [MemberData(nameof(Faults))]
    public void Content_that_WeChat_would_not_show_is_a_problem(string content)
        => Assert.NotNull(Read(Accounts.Mp, $"<xml>{Head}{content}</xml>").Problem);

    [Theory]
    [InlineData("{\"errcode\":0}")]
    [InlineData("<xml><MsgType>text</MsgType>")]
    [InlineData("<!DOCTYPE xml [<!ENTITY a 'b'>]><xml/>")]
    [InlineData("<xml/><xml/>")]
    [InlineData("\ufeff<xml/>")]
    public void A_body_that_is_no_clean_XML_is_a_problem(string body) => Assert.NotNull(Read(Accounts.Mp, body).Problem);

    [Theory]
    [InlineData("o2", null)]
    [InlineData("o1", "gh_other")]
    public void Addresses_that_are_not_swapped_are_a_problem(string to, string? from)
    {
        var xml = $"<xml><ToUserName>{to}</ToUserName><FromUserName>{from ?? Accounts.Mp.OriginalId}</FromUserName><CreateTime>1</CreateTime>"
            + "<MsgType>text</MsgType><Content>x</Content></xml>";

        Assert.NotNull(Read(Accounts.Mp, xml).Problem);
    }

    [Fact]
    public void A_sealed_reply_must_be_signed_and_sealed_for_this_account_alone()
    {
        var safe = World.New(PushMode.Safe).Mp;
        var plain = $"<xml>{Head}<MsgType>text</MsgType><Content>x</Content></xml>".Replace(Accounts.Mp.OriginalId, safe.OriginalId, StringComparison.Ordinal);

        Assert.Null(Read(safe, Sealed(safe, plain, safe.AppId, safe.Token)).Problem);
        Assert.Contains("appid", Read(safe, Sealed(safe, plain, "wx1", safe.Token)).Problem, StringComparison.Ordinal);
        Assert.Contains("MsgSignature", Read(safe, Sealed(safe, plain, safe.AppId, "token")).Problem, StringComparison.Ordinal);
        Assert.Contains("encrypted", Read(safe, plain).Problem, StringComparison.Ordinal);
        safe.Mode = PushMode.Compatible;
        Assert.Null(Read(safe, plain).Problem);
    }

    [Fact]
    public void A_mini_program_takes_success_and_nothing_else()
    {
        Assert.Null(Read(Accounts.Mini, "success").Problem);
        Assert.NotNull(Read(Accounts.Mini, $"<xml>{Head}<MsgType>text</MsgType><Content>x</Content></xml>").Problem);
    }

    private static string Sealed(Account account, string plain, string appId, string token)
    {
        var encrypt = Envelope.Seal(account.EncodingAesKey, appId, plain);
        return $"<xml><Encrypt>{encrypt}</Encrypt><MsgSignature>{Envelope.Sign(token, "1", "2", encrypt)}</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>";
    }

    private static ReplyReading Read(Account account, string body) => ReplyReader.Read(account, "o1", Encoding.UTF8.GetBytes(body));
}
