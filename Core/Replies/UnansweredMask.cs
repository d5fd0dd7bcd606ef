using System.Text.RegularExpressions;
using Bot.Core.Content;

namespace Bot.Core.Replies;

/// <summary>What of a text may be kept: nothing that could tell who wrote it or lead to somebody.</summary>
public static partial class UnansweredMask
{
    /// <summary>Characters; longer texts tell stories and are not kept.</summary>
    public const int MaxLength = 40;

    public const char Opens = '〔';

    private const string Hidden = "〔…〕";

    /// <returns>Null when it is not kept.</returns>
    public static string? Of(string text, ContentSet content)
    {
        var said = Spoken.Normalise(text);
        if (said.Length is 0 or > MaxLength || said.Contains('\n') || SoundsLikeDistress(said, content))
        {
            return null;
        }

        var masked = Repeated().Replace(Place().Replace(ChineseNumber().Replace(Code().Replace(Link().Replace(said, Hidden), Hidden), Hidden), Hidden), Hidden).Trim();
        return masked.Length <= MaxLength && masked.Replace(Hidden, "", StringComparison.Ordinal).Any(char.IsLetter) && !masked.Any(char.IsControl) ? masked : null;
    }

    /// <summary>Stricter than what calls the help line: also what only looks like distress is nobody's to read.</summary>
    private static bool SoundsLikeDistress(string said, ContentSet content)
    {
        var dense = string.Concat(said.Where(c => !char.IsWhiteSpace(c)));
        return content.Crisis.LooksLike(said) || content.Words["help-line"].Any(cry => dense.Contains(Spoken.Normalise(cry), StringComparison.Ordinal));
    }

    /// <summary>Addresses of the web and of mail, with or without their beginning.</summary>
    [GeneratedRegex("""[a-z][a-z0-9+.-]*://\S+|[a-z0-9._%+-]+@[a-z0-9.-]+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/:?]\S*)?""")]
    private static partial Regex Link();

    /// <summary>Whatever has a digit in it, with the letters, hyphens and blanks that belong to it.</summary>
    [GeneratedRegex("""[a-z_-]*\p{N}[\p{N}a-z _.:/-]*""")]
    private static partial Regex Code();

    /// <summary>Numbers in Chinese, from two figures on.</summary>
    [GeneratedRegex("[零〇一二三四五六七八九十百千万亿两幺壹贰叁肆伍陆柒捌玖拾]{2,}")]
    private static partial Regex ChineseNumber();

    /// <summary>What ends like a place, with what stands before it.</summary>
    [GeneratedRegex("[\\p{L}〔…〕]*?[\\p{L}〕](?:省|自治区|自治州|地区|市|盟|县|旗|区|乡|镇|苏木|街道|社区|村|屯|嘎查|路|街|巷|胡同|弄|号|栋|幢|楼|单元|室|宿舍|小区|中学|小学|学校|学院|高中|初中|职高|技校|年级|支部)|[一二三四五六七八九十〕]班")]
    private static partial Regex Place();

    [GeneratedRegex("(?:〔…〕\\s*)+")]
    private static partial Regex Repeated();
}
