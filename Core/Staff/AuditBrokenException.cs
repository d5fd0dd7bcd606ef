namespace Bot.Core.Staff;

/// <summary>The audit log does not hold any more; <c>audit verify</c> says where.</summary>
public sealed class AuditBrokenException() : Exception("The audit log does not hold: run 'audit verify'.");
