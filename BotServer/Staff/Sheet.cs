using System.Globalization;
using Bot.Core;

namespace Bot.Server.Staff;

/// <summary>One cell of a file: text, a whole number or a share. Text is never anything else, whatever it begins with.</summary>
internal readonly record struct SheetCell
{
    private SheetCell(string? text, double? number, bool isShare) => (Text, Number, IsShare) = (text, number, isShare);

    public string? Text { get; }

    /// <summary>Null for text and for an empty cell.</summary>
    public double? Number { get; }

    /// <summary>The number is a share of 0 to 1 that is shown in percent.</summary>
    public bool IsShare { get; }

    public static SheetCell Empty => default;

    public static implicit operator SheetCell(string? text) => new(text, null, false);

    public static implicit operator SheetCell(int number) => new(null, number, false);

    /// <param name="percent">0 to 100, as on screens: cut, not rounded.</param>
    public static SheetCell Percent(double? percent) => new(null, percent / 100, percent is not null);

    public override string ToString()
        => Number is not { } number ? Text ?? ""
            : IsShare ? (number * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%"
            : number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A list on its way out: a title line, when it was true, the headings, the rows.</summary>
/// <param name="Name">Of the file, without its ending; nothing personal.</param>
/// <param name="Title">Empty for none.</param>
/// <param name="Rows">Asked for once, row by row.</param>
internal sealed record Sheet(string Name, string Title, DateTimeOffset At, IReadOnlyList<string> Headings, int RowCount, IEnumerable<IReadOnlyList<SheetCell>> Rows)
{
    /// <summary>截至 of the second line.</summary>
    public string AsOf => "截至 " + ChinaTime.Table(At);
}
