namespace Bot.Server.Operator;

/// <summary>A command for the operator's shell, such as <c>roster import FILE</c>. Results to stdout, the rest to stderr.</summary>
internal interface IOperatorCommand
{
    /// <summary>The words that call it, such as <c>roster import</c>.</summary>
    static abstract string Words { get; }

    /// <summary>One line for <c>--help</c>, with its arguments.</summary>
    static abstract string Usage { get; }

    /// <summary>0 when all was done; otherwise nothing was done and stderr says why.</summary>
    Task<int> RunAsync(OperatorCall call, CancellationToken ct);
}

/// <param name="Arguments">What followed the words; options included.</param>
internal sealed record OperatorCall(IReadOnlyList<string> Arguments, TextWriter Out, TextWriter Error)
{
    /// <summary>The value after an option such as <c>--reason</c>; null when absent.</summary>
    public string? Option(string name)
    {
        var at = Arguments.ToList().IndexOf(name);
        return at >= 0 && at + 1 < Arguments.Count ? Arguments[at + 1] : null;
    }

    public bool Flag(string name) => Arguments.Contains(name);

    public int Fail(string message)
    {
        Error.WriteLine(message);
        return 1;
    }
}
