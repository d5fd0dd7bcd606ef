using System.Text;
using Bot.Core.Calendar;
using Bot.Core.Entry;
using Bot.Core.HelpLine;
using Bot.Core.Jobs;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Pushes;
using Bot.Core.Replies;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Bot.Core.Data;

/// <summary>
/// Every table, on SQLite and PostgreSQL alike. Instants are stored as milliseconds since 1970 UTC on both, names are snake_case,
/// so that one hand-written statement serves both.
/// </summary>
public sealed class BotDb(DbContextOptions<BotDb> options) : IdentityUserContext<StaffAccount, int>(options)
{
    public DbSet<Organisation> Organisations => Set<Organisation>();

    public DbSet<OrganisationAlias> OrganisationAliases => Set<OrganisationAlias>();

    public DbSet<OrganisationAncestor> OrganisationAncestors => Set<OrganisationAncestor>();

    public DbSet<OrganisationChange> OrganisationChanges => Set<OrganisationChange>();

    public DbSet<Headcount> Headcounts => Set<Headcount>();

    public DbSet<LedgerTarget> LedgerTargets => Set<LedgerTarget>();

    public DbSet<Person> People => Set<Person>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<Exemption> Exemptions => Set<Exemption>();

    public DbSet<ExemptionPlan> ExemptionPlans => Set<ExemptionPlan>();

    public DbSet<Transfer> Transfers => Set<Transfer>();

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Credit> Credits => Set<Credit>();

    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    public DbSet<CallQuotaReading> CallQuotas => Set<CallQuotaReading>();

    public DbSet<Push> Pushes => Set<Push>();

    public DbSet<PushSlot> PushSlots => Set<PushSlot>();

    public DbSet<JoinRequest> JoinRequests => Set<JoinRequest>();

    public DbSet<CorrectionRequest> CorrectionRequests => Set<CorrectionRequest>();

    public DbSet<RosterImportRun> RosterImports => Set<RosterImportRun>();

    public DbSet<RosterDoubt> RosterDoubts => Set<RosterDoubt>();

    public DbSet<Lesson> Lessons => Set<Lesson>();

    public DbSet<Reminder> Reminders => Set<Reminder>();

    public DbSet<PauseWeek> PauseWeeks => Set<PauseWeek>();

    public DbSet<Piece> Pieces => Set<Piece>();

    public DbSet<PieceVersion> PieceVersions => Set<PieceVersion>();

    public DbSet<Picture> Pictures => Set<Picture>();

    public DbSet<Completion> Completions => Set<Completion>();

    public DbSet<Tally> Tallies => Set<Tally>();

    public DbSet<Freeze> Freezes => Set<Freeze>();

    public DbSet<FrozenFigure> FrozenFigures => Set<FrozenFigure>();

    public DbSet<FigureAdjustment> FigureAdjustments => Set<FigureAdjustment>();

    public DbSet<Appeal> Appeals => Set<Appeal>();

    public DbSet<RedeemedLink> RedeemedLinks => Set<RedeemedLink>();

    public DbSet<Consent> Consents => Set<Consent>();

    public DbSet<StaffAssignment> StaffAssignments => Set<StaffAssignment>();

    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    public DbSet<StaffSession> StaffSessions => Set<StaffSession>();

    public DbSet<StaffLink> StaffLinks => Set<StaffLink>();

    public DbSet<StaffLinkCode> StaffLinkCodes => Set<StaffLinkCode>();

    public DbSet<ReplyChange> ReplyChanges => Set<ReplyChange>();

    public DbSet<UnansweredText> UnansweredTexts => Set<UnansweredText>();

    public DbSet<UnansweredMark> UnansweredMarks => Set<UnansweredMark>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<JobState> JobStates => Set<JobState>();

    public DbSet<JobRun> JobRuns => Set<JobRun>();

    public DbSet<SpentTries> SpentTries => Set<SpentTries>();

    public DbSet<ErasureMark> ErasureMarks => Set<ErasureMark>();

    public DbSet<HelpCase> HelpCases => Set<HelpCase>();

    public DbSet<HelpMessage> HelpMessages => Set<HelpMessage>();

    public DbSet<HelpRead> HelpReads => Set<HelpRead>();

    public DbSet<HelpAlert> HelpAlerts => Set<HelpAlert>();

    public DbSet<HelpDuty> HelpDuties => Set<HelpDuty>();

    public DbSet<HelpPresence> HelpPresences => Set<HelpPresence>();

    public DbSet<HelpTeamMember> HelpTeamMembers => Set<HelpTeamMember>();

    public DbSet<HelpReveal> HelpReveals => Set<HelpReveal>();

    public DbSet<InstallationFact> InstallationFacts => Set<InstallationFact>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
        => configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(BotDb).Assembly);
        HideUncommitted(builder);
        builder.Entity<IdentityUserClaim<int>>().ToTable("staff_claims");
        builder.Entity<IdentityUserLogin<int>>().ToTable("staff_logins");
        builder.Entity<IdentityUserToken<int>>().ToTable("staff_tokens");
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            NameInSnakeCase(entity);
        }
    }

    /// <summary>What a running import has written ahead does not exist for anybody until it is committed; hand-written SQL must ask, too.</summary>
    private void HideUncommitted(ModelBuilder builder)
    {
        builder.Entity<Organisation>().HasQueryFilter(o => o.ImportId == null || RosterImports.Any(i => i.Id == o.ImportId && i.CommittedAt != null));
        builder.Entity<Membership>().HasQueryFilter(m => m.ImportId == null || RosterImports.Any(i => i.Id == m.ImportId && i.CommittedAt != null));
    }

    private static void NameInSnakeCase(IMutableEntityType entity)
    {
        entity.SetTableName(SnakeCase(entity.GetTableName()!));
        foreach (var property in entity.GetProperties())
        {
            property.SetColumnName(SnakeCase(property.GetColumnName()));
            if (property.ClrType.IsEnum || Nullable.GetUnderlyingType(property.ClrType)?.IsEnum == true)
            {
                property.SetProviderClrType(typeof(int));
            }
        }

        foreach (var key in entity.GetKeys())
        {
            key.SetName(SnakeCase(key.GetName()!));
        }

        foreach (var foreign in entity.GetForeignKeys())
        {
            foreign.SetConstraintName(SnakeCase(foreign.GetConstraintName()!));
        }

        foreach (var index in entity.GetIndexes())
        {
            index.SetDatabaseName(SnakeCase(index.GetDatabaseName()!));
        }
    }

    private static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && name[i - 1] != '_' && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }
}
