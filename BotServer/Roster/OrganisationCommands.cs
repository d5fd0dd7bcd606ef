using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.Operator;

namespace Bot.Server.Roster;

/// <summary>What the four commands that change the tree have in common.</summary>
internal sealed class OrganisationChanger(OrganisationTree tree, ContentLibrary content)
{
    public static Reorganiser By(OperatorCall call) => new("operator", null, call.Option("--reason"));

    /// <returns>Null, with what is wrong said, when there is none.</returns>
    public async Task<TreeNode?> FindAsync(OperatorCall call, string? path, string usage, CancellationToken ct)
    {
        if (path is null || path.StartsWith("--", StringComparison.Ordinal))
        {
            call.Fail("Usage: " + usage);
            return null;
        }

        var found = (await tree.AllAsync(ct)).FindByPath(path);
        if (found is null)
        {
            call.Fail($"There is no organisation {path}.");
        }

        return found;
    }

    public int Finish(OperatorCall call, Result<bool> result, string done)
    {
        if (result.IsRefused(out var refusal, out var changed))
        {
            return call.Fail($"{refusal.Code}: {content.Reply(refusal.Code)}");
        }

        call.Out.WriteLine(changed ? done : "It is so already; nothing was changed.");
        return 0;
    }
}

internal sealed class OrganisationRenameCommand(OrganisationTree tree, Reorganising reorganising, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "organisation rename";

    public static string Usage => "organisation rename PATH NAME [--reason TEXT] – roster files may go on using the old name";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        var changer = new OrganisationChanger(tree, content);
        return await changer.FindAsync(call, call.Arguments.Count > 1 ? call.Arguments[0] : null, Usage, ct) is not { } organisation ? 1
            : changer.Finish(call, await reorganising.RenameAsync(organisation.Id, call.Arguments[1], null, OrganisationChanger.By(call), ct), $"{organisation.Path} is called {call.Arguments[1]} now.");
    }
}

internal sealed class OrganisationMoveCommand(OrganisationTree tree, Reorganising reorganising, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "organisation move";

    public static string Usage => "organisation move PATH --under PATH [--reason TEXT] – with everything below it";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        var changer = new OrganisationChanger(tree, content);
        return await changer.FindAsync(call, call.Arguments.FirstOrDefault(), Usage, ct) is not { } organisation
            || await changer.FindAsync(call, call.Option("--under"), Usage, ct) is not { } parent ? 1
            : changer.Finish(call, await reorganising.MoveAsync(organisation.Id, parent.Id, OrganisationChanger.By(call), ct), $"{organisation.Path} is below {parent.Path} now.");
    }
}

internal sealed class OrganisationMergeCommand(OrganisationTree tree, Mergers mergers, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "organisation merge";

    public static string Usage => "organisation merge PATH --into PATH [--reason TEXT] – its people, requests and join code go there and it closes";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        var changer = new OrganisationChanger(tree, content);
        return await changer.FindAsync(call, call.Arguments.FirstOrDefault(), Usage, ct) is not { } organisation
            || await changer.FindAsync(call, call.Option("--into"), Usage, ct) is not { } into ? 1
            : changer.Finish(call, await mergers.MergeAsync(organisation.Id, into.Id, OrganisationChanger.By(call), ct), $"{organisation.Path} is part of {into.Path} now.");
    }
}

internal sealed class OrganisationCloseCommand(OrganisationTree tree, Reorganising reorganising, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "organisation close";

    public static string Usage => "organisation close PATH [--reason TEXT] – when nobody and nothing belongs to it any more";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        var changer = new OrganisationChanger(tree, content);
        return await changer.FindAsync(call, call.Arguments.FirstOrDefault(), Usage, ct) is not { } organisation ? 1
            : changer.Finish(call, await reorganising.CloseAsync(organisation.Id, OrganisationChanger.By(call), ct), $"{organisation.Path} has closed.");
    }
}
