using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.HelpLine;

/// <summary>What a case is about; the topic decides which team reads it.</summary>
public enum HelpTopic
{
    /// <summary>法律.</summary>
    Law,

    /// <summary>心理.</summary>
    Mind,

    /// <summary>权益.</summary>
    Rights,

    /// <summary>亲子.</summary>
    Family,

    /// <summary>学业.</summary>
    School,

    /// <summary>欺凌.</summary>
    Bullying,

    /// <summary>侵害.</summary>
    Abuse,

    /// <summary>其他.</summary>
    Other,
}

/// <summary>How soon somebody is needed; the higher comes first.</summary>
public enum HelpUrgency
{
    /// <summary>不急.</summary>
    Calm,

    /// <summary>这几天.</summary>
    Soon,

    /// <summary>今天.</summary>
    Today,

    /// <summary>Danger: alerts run day and night, and two people close it.</summary>
    Crisis,
}

public enum HelpAge
{
    Unknown,

    /// <summary>Under 14.</summary>
    Under14,

    /// <summary>14–17.</summary>
    From14To17,

    /// <summary>18 and above.</summary>
    From18,
}

/// <summary>The first two are open: of one account at most one case is.</summary>
public enum HelpState
{
    /// <summary>The person is being asked; nobody of the staff sees it.</summary>
    Starting,

    /// <summary>It is with the team.</summary>
    Open,

    Closed,
}

/// <summary>What the person is asked next while a case starts.</summary>
public enum HelpStep
{
    Topic,
    Urgency,
    Age,
    Name,
    Done,
}

/// <summary>The clock that runs.</summary>
public enum HelpClock
{
    None,

    /// <summary>Until the first answer.</summary>
    First,

    /// <summary>Until the answer to what the person wrote since.</summary>
    Next,

    /// <summary>Until the case is closed.</summary>
    Resolution,
}

/// <summary>How a case ended; decides how long it is kept.</summary>
public enum HelpOutcome
{
    /// <summary>已解答.</summary>
    Answered,

    /// <summary>已转介.</summary>
    Referred,

    /// <summary>对方没有再回复.</summary>
    NoReply,

    /// <summary>已脱离危险.</summary>
    Safe,

    /// <summary>已按强制报告处理.</summary>
    Reported,

    /// <summary>不属于服务范围.</summary>
    OutOfScope,

    /// <summary>已并入另一个个案.</summary>
    Merged,
}

/// <summary>强制报告: what the law asks where harm to a minor is suspected.</summary>
public enum HelpReportState
{
    None,

    /// <summary>A supervisor has to decide until <see cref="HelpCase.ReportDueAt"/>.</summary>
    Open,

    /// <summary>Reported to the police or another office.</summary>
    Reported,

    /// <summary>Decided, with a reason, that nothing is to be reported.</summary>
    NotReported,
}

/// <summary>
/// One person's talk with the team of one topic. What was said is in <see cref="HelpMessage"/>s, sealed with the case's own key, which is in no
/// database (<see cref="CaseKeys"/>). Once erased the row stays, as a figure that names nobody.
/// </summary>
public sealed class HelpCase
{
    public int Id { get; private set; }

    /// <summary>Names the case's key in the key store; says nothing.</summary>
    public required string KeyId { get; init; }

    /// <summary><see cref="Privacy.Vault.Mark"/> of the account: finds its open case, and nobody without the key ring. Null once erased.</summary>
    public byte[]? HolderHash { get; set; }

    /// <summary>The account's id, sealed with the case's key. Null once erased.</summary>
    public byte[]? HolderSealed { get; set; }

    /// <summary>Given by us, such as 山杨-4821; the same in all cases of one account. "" once erased.</summary>
    public required string Alias { get; set; }

    /// <summary>How the person wants to be called, sealed with the case's key; null where they did not say.</summary>
    public byte[]? CalledSealed { get; set; }

    public HelpTopic Topic { get; set; } = HelpTopic.Other;

    public HelpUrgency Urgency { get; set; }

    public HelpAge Age { get; set; }

    /// <summary>The organisation that serves: the person's county where they are on a roster, else the root.</summary>
    public required int AreaId { get; set; }

    public HelpState State { get; set; }

    public HelpStep Step { get; set; }

    /// <summary>The last message that answered a question of the start: a repeat of it answers none again.</summary>
    public string? StepKey { get; set; }

    /// <summary>Who of the staff has it; null while nobody has.</summary>
    public int? AssignedId { get; set; }

    public required DateTimeOffset OpenedAt { get; set; }

    public DateTimeOffset? FirstAnsweredAt { get; set; }

    /// <summary>The last that was heard of the person, in the chat or on a page.</summary>
    public required DateTimeOffset LastInboundAt { get; set; }

    /// <summary>The person's last message in the chat, into the case or beside it: WeChat's 48 hours run from here. Null where none is known since the case began on a page.</summary>
    public DateTimeOffset? LastChatAt { get; set; }

    public DateTimeOffset? LastOutboundAt { get; set; }

    /// <summary>The oldest message of the person that nobody answered yet; null when all are answered.</summary>
    public DateTimeOffset? WaitingSince { get; set; }

    public HelpClock Clock { get; set; }

    /// <summary>When <see cref="Clock"/> has run down; null for none.</summary>
    public DateTimeOffset? NextDueAt { get; set; }

    /// <summary>The person typed 结束: nothing that they write comes here until they ask for help again. The team still has the case.</summary>
    public DateTimeOffset? LeftAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public HelpOutcome? Outcome { get; set; }

    public int? MergedIntoId { get; set; }

    /// <summary>Of a crisis: who asked to close it; another person agrees.</summary>
    public int? CloseAskedBy { get; set; }

    public HelpOutcome? CloseOutcome { get; set; }

    public HelpReportState Report { get; set; }

    public DateTimeOffset? ReportDueAt { get; set; }

    /// <summary>When the person was asked whether it helped; once.</summary>
    public DateTimeOffset? SurveyAskedAt { get; set; }

    /// <summary>3 helped, 2 somewhat, 1 not; null where the person did not say.</summary>
    public int? Satisfaction { get; set; }

    /// <summary>When the key is destroyed and the messages go.</summary>
    public DateTimeOffset? ErasesAt { get; set; }

    /// <summary>Of what was merged in: it is kept as long as it would have been.</summary>
    public DateTimeOffset? KeptUntil { get; set; }

    public DateTimeOffset? ErasedAt { get; set; }

    /// <summary>Raised by every change of the staff's: of two at once the second is told.</summary>
    public int Version { get; set; }
}

internal sealed class HelpCaseTable : IEntityTypeConfiguration<HelpCase>
{
    public void Configure(EntityTypeBuilder<HelpCase> table)
    {
        table.HasIndex(c => c.HolderHash).IsUnique().HasFilter("state <= 1").HasDatabaseName("ux_help_cases_open");
        table.HasIndex(c => c.HolderHash, "ix_help_cases_holder");
        table.HasIndex(c => c.KeyId).IsUnique();
        table.HasIndex(c => new { c.State, c.AreaId, c.Topic });
        table.HasIndex(c => c.NextDueAt).HasFilter("state <= 1");
        table.HasIndex(c => c.ErasesAt).HasFilter("erases_at IS NOT NULL");
        table.HasIndex(c => c.OpenedAt);
        table.HasIndex(c => c.AreaId);
        table.HasOne<Organisation>().WithMany().HasForeignKey(c => c.AreaId).OnDelete(DeleteBehavior.Restrict);
    }
}
