using Bot.Core.Roster;
using Bot.Server.Operator;
using CsvHelper;

namespace Bot.Server.Roster;

/// <summary>Prints each organisation's path and join code, for the letters to the branches.</summary>
internal sealed class RosterCodesCommand(OrganisationTree tree) : IOperatorCommand
{
    public static string Words => "roster codes";

    public static string Usage => "roster codes – every organisation's path and join code as CSV";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        await using var csv = new CsvWriter(call.Out, CsvFiles.Settings("\n"), leaveOpen: true);
        foreach (var column in new[] { "path", "code" })
        {
            csv.WriteField(column);
        }

        await csv.NextRecordAsync();
        foreach (var organisation in (await tree.AllAsync(ct)).Nodes)
        {
            csv.WriteField(organisation.Path);
            csv.WriteField(organisation.JoinCode);
            await csv.NextRecordAsync();
        }

        return 0;
    }
}
