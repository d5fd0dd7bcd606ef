namespace Bot.Server.Operator;

/// <summary>Brings the schema up to date; the shell has done so already when this runs.</summary>
internal sealed class MigrateCommand : IOperatorCommand
{
    public static string Words => "migrate";

    public static string Usage => "migrate – bring the database schema up to date";

    public Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        call.Out.WriteLine("The database schema is up to date.");
        return Task.FromResult(0);
    }
}
