using System.Globalization;
using System.Text.Json.Nodes;

namespace Bot.Bench;

/// <summary>The figures of one measurement and the limits that it missed.</summary>
internal sealed class Report(string bench, string database)
{
    private readonly JsonObject _figures = [];
    private readonly JsonArray _missed = [];
    private readonly JsonObject _machine = Machine.Describe();

    public bool Passed => _missed.Count == 0;

    public void Add(string name, double figure) => _figures[name] = Rounded(figure);

    public void Add(string name, string text) => _figures[name] = text;

    public void Add(string name, IEnumerable<double> figures) => _figures[name] = new JsonArray([.. figures.Select(f => (JsonNode)Rounded(f))]);

    /// <summary>A figure that must stay at or under the limit.</summary>
    public void AddAtMost(string name, double figure, double limit)
    {
        Add(name, figure);
        if (!(figure <= limit))
        {
            Miss(string.Create(CultureInfo.InvariantCulture, $"{name} is {Rounded(figure)}, at most {limit} is allowed"));
        }
    }

    /// <summary>A figure that must reach the limit.</summary>
    public void AddAtLeast(string name, double figure, double limit)
    {
        Add(name, figure);
        if (!(figure >= limit))
        {
            Miss(string.Create(CultureInfo.InvariantCulture, $"{name} is {Rounded(figure)}, at least {limit} is needed"));
        }
    }

    public void Miss(string what) => _missed.Add(what);

    /// <summary>One line of JSON.</summary>
    public override string ToString() => new JsonObject
    {
        ["bench"] = bench,
        ["database"] = database,
        ["passed"] = Passed,
        ["missed"] = _missed.DeepClone(),
        ["figures"] = _figures.DeepClone(),
        ["machine"] = _machine.DeepClone(),
    }.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static double Rounded(double figure)
        => Math.Abs(figure) >= 1000 ? Math.Round(figure) : Math.Round(figure, Math.Abs(figure) >= 10 ? 1 : 3);
}
