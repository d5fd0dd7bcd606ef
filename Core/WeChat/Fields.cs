using System.Globalization;

namespace Bot.Core.WeChat;

/// <summary>One field as WeChat sent it: a value, or children. A JSON array is several fields of one name, as in XML.</summary>
public readonly record struct Field(string Name, string Value, Fields? Children);

/// <summary>Everything in one push, unknown fields included, in the order sent. Names are compared exactly; the first of a name wins.</summary>
public sealed class Fields
{
    private readonly List<Field> _all;

    internal Fields(List<Field> all) => _all = all;

    public IReadOnlyList<Field> All => _all;

    public static Fields Of(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var all = new List<Field>(fields.Length);
        foreach (var (name, value) in fields)
        {
            all.Add(new Field(name, value, null));
        }

        return new Fields(all);
    }

    /// <summary>The value, or null when there is no such field; a field with children has the value "".</summary>
    public string? Find(string name)
    {
        foreach (var field in _all)
        {
            if (field.Name == name)
            {
                return field.Value;
            }
        }

        return null;
    }

    /// <summary>The value, or "".</summary>
    public string Text(string name) => Find(name) ?? "";

    /// <summary>The value as a whole number, or 0 when it is absent or no number.</summary>
    public long Number(string name)
        => long.TryParse(Find(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public decimal? Decimal(string name)
        => decimal.TryParse(Find(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The fields below the first field of this name, or null.</summary>
    public Fields? Child(string name)
    {
        foreach (var field in _all)
        {
            if (field.Name == name && field.Children is not null)
            {
                return field.Children;
            }
        }

        return null;
    }

    /// <summary>The fields below each field of this name.</summary>
    public IEnumerable<Fields> Each(string name)
    {
        foreach (var field in _all)
        {
            if (field.Name == name && field.Children is not null)
            {
                yield return field.Children;
            }
        }
    }

    /// <summary>Nothing of the content: fields hold what people typed.</summary>
    public override string ToString() => $"{_all.Count} fields";
}
