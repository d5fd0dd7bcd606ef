using Bot.Core.Staff;
using Bot.Server.Operator;

namespace Bot.Server.Staff;

internal sealed class AuditVerifyCommand(AuditChain chain) : IOperatorCommand
{
    public static string Words => "audit verify";

    public static string Usage => "audit verify [--end POSITION:HASH] – whether any entry of the audit log was removed or changed; prints the log's end, to be noted elsewhere and given to a later call";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        var verdict = await chain.VerifyAsync(ct);
        if (verdict.Fault is { } fault)
        {
            await call.Out.WriteLineAsync($"BROKEN after {verdict.Sealed} entries that hold: {Say(fault, verdict.FaultAt)}");
            return 1;
        }

        if (call.Option("--end") is { } noted && !await chain.HoldsAsync(noted, ct))
        {
            await call.Out.WriteLineAsync($"BROKEN: the log holds in itself, but it is not the one that had the end {noted}. An older database was restored, or it was written anew.");
            return 1;
        }

        await call.Out.WriteLineAsync(verdict.Sealed == 0 ? "ok, no entry yet" : $"ok, {verdict.Sealed} entries, none removed or changed; the end is {verdict.End}");
        return 0;
    }

    private static string Say(AuditFault fault, long? at) => fault switch
    {
        AuditFault.Missing => $"the entry of position {at} is gone.",
        AuditFault.Changed => $"the entry of position {at} is not as it was sealed, or not sealed by this key ring.",
        AuditFault.CutOff => $"the entries from position {at} to the end are gone.",
        AuditFault.Slipped => $"there is an entry of position {at} or later that was never sealed.",
        _ => "the kept end of the log is gone, or not written by this key ring.",
    };
}
