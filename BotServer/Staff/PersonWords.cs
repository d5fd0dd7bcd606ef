namespace Bot.Server.Staff;

/// <summary>What stands where a name would.</summary>
internal static class PersonWords
{
    /// <summary>Somebody whose personal data was deleted; the row that counts stays.</summary>
    public const string Erased = "删除过个人信息的成员";

    public static string Of(string? name) => name ?? Erased;
}
