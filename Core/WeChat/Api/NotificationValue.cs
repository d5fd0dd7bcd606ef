using System.Globalization;
using System.Text;

namespace Bot.Core.WeChat;

/// <summary>Values of subscription notifications as long as their kind allows (§6.4); WeChat answers longer ones with 47003.</summary>
public static class NotificationValue
{
    private const string Ending = "…";

    /// <summary>
    /// The text on one line, cut between whole visible characters. Numbers, plates and phone numbers are not cut, as that would make
    /// another number of them; times are left as they are.
    /// </summary>
    /// <param name="key">A kind or a template's key: thing, thing1, character_string2 …</param>
    /// <exception cref="ArgumentException">A number that is too long, or a kind that §6.4 does not name.</exception>
    public static string Fit(string key, string text)
    {
        var line = OneLine(OutgoingText.Clean(text));
        return key.TrimEnd([.. "0123456789"]) switch
        {
            "thing" => Cut(line, 20, c => 1, Ending),
            "letter" or "character_string" => Cut(line, 32, c => 1, ""),
            "symbol" or "phrase" => Cut(line, 5, c => 1, ""),
            "name" => Cut(line, 20, c => char.IsAscii(c) ? 1 : 2, ""),
            "number" => Whole(line, 32, key),
            "phone_number" => Whole(line, 17, key),
            "car_number" => Whole(line, 8, key),
            "amount" => line.Count(char.IsAsciiDigit) <= 10 ? line : throw TooLong(key, 10),
            "time" or "date" => line,
            _ => throw new ArgumentException($"There are no values of the kind {key}.", nameof(key)),
        };
    }

    /// <summary>Counts UTF-16 code units, the longest way to count characters: an emoji takes two.</summary>
    private static string Cut(string text, int room, Func<char, int> weight, string ending)
    {
        if (text.Sum(weight) <= room)
        {
            return text;
        }

        room -= ending.Length;
        var end = 0;
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(end));
            foreach (var c in text.AsSpan(end, length))
            {
                room -= weight(c);
            }

            if (room < 0)
            {
                break;
            }

            end += length;
        }

        return string.Concat(text.AsSpan(0, end), ending);
    }

    private static string Whole(string text, int longest, string key) => text.Length <= longest ? text : throw TooLong(key, longest);

    private static ArgumentException TooLong(string key, int longest) => new($"The value of {key} is longer than {longest} and must not be cut.", nameof(key));

    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var gap = c is '\n' or '\t';
            if (!gap || (line.Length > 0 && line[^1] != ' '))
            {
                line.Append(gap ? ' ' : c);
            }
        }

        return line.ToString().TrimEnd(' ');
    }
}
