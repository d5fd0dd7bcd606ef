using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Replies;

public enum ReplyChangeState
{
    /// <summary>Waits for an approver; of each key one at most.</summary>
    Proposed,

    Approved,
    Declined,

    /// <summary>Taken back by whoever proposed it.</summary>
    Withdrawn,
}

/// <summary>
/// One wish to say something else than Content/ does, and what became of it. Never changed but for the decision, so the rows are the history;
/// of each key the newest approved one holds.
/// </summary>
public sealed class ReplyChange
{
    public int Id { get; private set; }

    /// <summary>See <see cref="Content.ContentKey"/>.</summary>
    public required string Key { get; init; }

    /// <summary>Null: as in Content/ again.</summary>
    public required string? Text { get; init; }

    public ReplyChangeState State { get; set; }

    /// <summary>A login.</summary>
    public required string ProposedBy { get; init; }

    public required DateTimeOffset ProposedAt { get; init; }

    public string? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Why it was declined, for the editor; up to 200 characters.</summary>
    public string? Reason { get; set; }

    /// <summary>What exactly an approver has seen: over the key and the text, 64 hexadecimal digits.</summary>
    public string Hash => HashOf(Key, Text);

    public static string HashOf(string key, string? text)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key + (text is null ? "\0" : "\0=" + text))));
}

internal sealed class ReplyChangeTable : IEntityTypeConfiguration<ReplyChange>
{
    public void Configure(EntityTypeBuilder<ReplyChange> table)
    {
        table.Ignore(c => c.Hash);
        table.HasIndex(c => new { c.Key, c.Id });
        table.HasIndex(c => c.Key, "ux_reply_changes_proposed").IsUnique().HasFilter("state = 0");
    }
}
