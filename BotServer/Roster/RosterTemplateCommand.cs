using Bot.Server.Operator;

namespace Bot.Server.Roster;

/// <summary>Writes an empty roster file to fill in.</summary>
internal sealed class RosterTemplateCommand : IOperatorCommand
{
    public static string Words => "roster template";

    public static string Usage => "roster template FILE – writes an empty roster file, .xlsx or .csv";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (call.Arguments is not [var path])
        {
            return call.Fail("Usage: " + Usage);
        }

        var template = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".xlsx" => RosterTemplate.Workbook(),
            ".csv" => RosterTemplate.Csv(),
            _ => null,
        };
        if (template is null || File.Exists(path))
        {
            return call.Fail(template is null ? "FILE ends in .xlsx or .csv." : $"{path} is there already.");
        }

        await File.WriteAllBytesAsync(path, template, ct);
        call.Out.WriteLine(path);
        return 0;
    }
}
