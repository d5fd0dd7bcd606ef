using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.Operator;

namespace Bot.Server.Roster;

/// <summary>Brings the roster to what a file says, or says everything that is wrong with it.</summary>
internal sealed class RosterImportCommand(RosterImport import, ContentLibrary content, TimeProvider clock) : IOperatorCommand
{
    public static string Words => "roster import";

    public static string Usage => "roster import FILE [--dry-run] – organisations, people and memberships from CSV or XLSX; all or nothing";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (call.Arguments.FirstOrDefault(a => !a.StartsWith("--", StringComparison.Ordinal)) is not { } path)
        {
            return call.Fail("Usage: " + Usage);
        }

        if (!File.Exists(path))
        {
            return call.Fail($"There is no file {path}.");
        }

        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var file = new RosterReader(stream, ChinaTime.DateOf(clock.GetUtcNow()), asWorkbook: path.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase));
        using var bar = ProgressBar.On(call.Error);
        var dryRun = call.Flag("--dry-run");
        var order = new RosterOrder("operator", Path.GetFileName(path));
        await using var session = dryRun ? await import.ReadAsync(file, order, bar, ct) : null;
        var imported = session?.Result ?? await import.RunAsync(file, order, dryRun: false, bar, ct);
        bar?.Clear();
        if (imported.Faults.Count > 0)
        {
            foreach (var fault in imported.Faults.First.OrderBy(f => f.Line))
            {
                var reason = content.Reply(fault.Code, fault.Values);
                call.Error.WriteLine(fault.Line == 0 ? reason : $"{fault.Line}, {fault.Column}, {reason}");
            }

            return call.Fail($"{imported.Faults.Count} {(imported.Faults.Count == 1 ? "fault" : "faults")} (line, column, reason); nothing was imported.");
        }

        call.Out.WriteLine(
            $"organisations: {imported.OrganisationsNew} new, {imported.OrganisationsChanged} changed; "
            + $"people: {imported.PeopleNew} new, {imported.PeopleChanged} changed ({imported.PeopleMoved} moved), {imported.PeopleUnchanged} unchanged"
            + (imported.Ambiguous > 0 ? $", {imported.Ambiguous} ambiguous, left for the trays" : "")
            + (imported.PeopleErased > 0 ? $"; {imported.PeopleErased} of them had their data deleted and stay nameless" : "")
            + (dryRun ? "; nothing was stored (--dry-run)" : ""));
        if (session is not null)
        {
            Print(call, await session.PreviewAsync(ct));
        }

        return 0;
    }

    /// <summary>The first rows of what is not as it was. A mistyped path is an organisation that nobody knows.</summary>
    private void Print(OperatorCall call, RosterPreview preview)
    {
        foreach (var path in preview.Organisations)
        {
            call.Out.WriteLine($"new organisation: {path}");
        }

        foreach (var (word, lines) in new[] { ("new", preview.New), ("changed", preview.Changed), ("ambiguous", preview.Ambiguous) })
        {
            foreach (var line in lines)
            {
                call.Out.WriteLine($"{word}: line {line.Line}, {line.Organisation}, {line.Name}{(line.Code.Length > 0 ? ", " + content.Reply(line.Code) : "")}");
            }
        }
    }
}
