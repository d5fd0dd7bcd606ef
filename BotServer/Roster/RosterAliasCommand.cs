using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.Operator;

namespace Bot.Server.Roster;

/// <summary>Gives an organisation another name for roster files.</summary>
internal sealed class RosterAliasCommand(OrganisationTree tree, OrganisationNames names, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "roster alias";

    public static string Usage => "roster alias PATH NAME – roster files may call the organisation NAME, too, beside its siblings";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (call.Arguments is not [var path, var name])
        {
            return call.Fail("Usage: " + Usage);
        }

        if ((await tree.AllAsync(ct)).FindByPath(path) is not { } organisation)
        {
            return call.Fail($"There is no organisation {path}.");
        }

        if ((await names.AddAsync(organisation.Id, name, ct)).IsRefused(out var refusal))
        {
            return call.Fail(content.Reply(refusal.Code));
        }

        call.Out.WriteLine($"{organisation.Path} is also {name}");
        return 0;
    }
}
