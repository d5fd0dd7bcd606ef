using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.WeChat;

/// <summary>A fingerprint of all fields, for pushes that carry no id of their own; spacing and CDATA do not matter to it.</summary>
internal static class FieldsHash
{
    public static string Of(Fields fields)
    {
        var text = new StringBuilder(512);
        Append(text, fields);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }

    private static void Append(StringBuilder text, Fields fields)
    {
        foreach (var field in fields.All)
        {
            // The length in front keeps two different trees from writing the same text.
            text.Append(field.Name.Length).Append(':').Append(field.Name).Append(field.Value.Length).Append('=').Append(field.Value);
            if (field.Children is not null)
            {
                text.Append('{');
                Append(text, field.Children);
                text.Append('}');
            }
        }
    }
}
