using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Entry;
using Bot.Core.HelpLine;
using Bot.Core.Jobs;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Pushes;
using Bot.Core.Replies;
using Bot.Core.Roster;
using Bot.Core.Settings;
using Bot.Core.Staff;
using Bot.Core.WeChat;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Bot.Core;

/// <summary>Everything of Core, one line a slice.</summary>
public static class CoreSetup
{
    /// <exception cref="SettingsException">A setting is missing, misspelt or out of range.</exception>
    public static void AddCore(this IServiceCollection services, IConfiguration configuration)
    {
        KnownSections.Check(configuration);
        services.AddSettings<SiteOptions>(configuration, "Site");
        services.AddWeChat(configuration);
        services.AddData(services.AddSettings<DatabaseOptions>(configuration, "Database"));
        services.AddSharedState(services.AddSettings<RedisOptions>(configuration, "Redis"));
        services.AddPrivacy(services.AddSettings<KeysOptions>(configuration, "Keys"));
        services.AddSingleton(_ => new ContentLibrary(Path.Combine(AppContext.BaseDirectory, "Content")));
        services.AddEntry();
        services.AddLessons();
        services.AddCalendar();
        services.AddSettings<RosterOptions>(configuration, "Roster");
        services.AddRoster();
        services.AddStaff();
        services.AddReplies();
        services.AddSettings<PushesOptions>(configuration, "Pushes");
        services.AddPushes();
        services.AddSettings<HelpLineOptions>(configuration, "HelpLine");
        services.AddHelpLine();
        services.AddSingleton<JobRuns>();
        services.AddScoped<JobDesk>();
        services.AddScoped<Alarms>();
    }

    private static void AddSharedState(this IServiceCollection services, RedisOptions options)
    {
        services.AddSingleton<MemoryState>();
        if (options.ConnectionString.Length == 0)
        {
            services.AddSingleton<ISharedState>(provider => provider.GetRequiredService<MemoryState>());
            return;
        }

        services.AddSingleton<ISharedState>(provider =>
        {
            var redis = ConfigurationOptions.Parse(options.ConnectionString);
            redis.AbortOnConnectFail = false;
            return ActivatorUtilities.CreateInstance<RedisState>(provider, ConnectionMultiplexer.Connect(redis));
        });
        services.AddSingleton<ITokenStore, SharedTokenStore>(); // in the place of a single node's
    }

    private static void AddEntry(this IServiceCollection services)
    {
        services.AddSingleton<EntryLinks>();
        services.AddSingleton<RedeemedLinkWriter>();
    }

    private static void AddPushes(this IServiceCollection services)
    {
        services.AddSingleton<Outbox>();
        services.AddSingleton<Credits>();
        services.AddSingleton<OutboxRows>();
        services.AddSingleton<OutcomeKeeper>();
        services.AddSingleton<SendingPace>();
        services.AddSingleton<OutboxSender>();
        services.AddSingleton<RecipientRows>();
        services.AddSingleton<AddressCheck>();
        services.AddSingleton<RecipientSender>();
        services.AddSingleton<MassRows>();
        services.AddSingleton<MassSender>();
        services.AddScoped<OutboxFigures>();
        services.AddSingleton<Audiences>();
        services.AddSingleton<AudienceCounts>();
        services.AddSingleton<PushFilling>();
        services.AddSingleton<PushEnds>();
        services.AddSingleton<PushRounds>();
        services.AddSingleton<PushFigures>();
        services.AddScoped<PushSlots>();
        services.AddScoped<PushStarts>();
        services.AddScoped<PushStops>();
        services.AddScoped<PushTwins>();
        services.AddScoped<PushFaults>();
        services.AddScoped<PushApproval>();
        services.AddScoped<PushWishes>();
        services.AddScoped<PublicPushes>();
        services.AddScoped<PushLists>();
        services.AddScoped<CallQuotas>();
    }

    private static void AddReplies(this IServiceCollection services)
    {
        services.AddSingleton<ReplyOverlay>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplyOverlay>());
        services.AddScoped<ReplyChanges>();
        services.AddScoped<MenuPublication>();
        services.AddSingleton<UnansweredWriter>();
        services.AddSingleton<UnansweredCollector>();
        services.AddScoped<UnansweredTexts>();
    }

    private static void AddLessons(this IServiceCollection services)
    {
        services.AddSingleton<LessonShelf>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<CompletionWriter>();
        services.AddSingleton<Standings>();
        services.AddScoped<LessonPlan>();
        services.AddScoped<Completions>();
        services.AddScoped<Tallies>();
        services.AddScoped<AppealSupport>();
        services.AddScoped<Figures>();
        services.AddScoped<ClosedCounts>();
        services.AddScoped<Freezes>();
        services.AddScoped<FigureCheck>();
        services.AddSingleton<AdjustedWeeks>();
        services.AddScoped<Adjustments>();
        services.AddScoped<AppealFacts>();
        services.AddScoped<Appeals>();
        services.AddSingleton<FigureBoard>();
        services.AddSingleton<PastFigures>();
        services.AddScoped<OwnRecords>();
        services.AddScoped<Reminders>();
        services.AddScoped<ReminderRounds>();
    }

    private static void AddPrivacy(this IServiceCollection services, KeysOptions options)
    {
        services.AddSingleton(_ => KeyRing.Open(options.Path));
        services.AddSingleton<Vault>();
        services.AddSingleton(_ => new PrivacyNotice(Path.Combine(AppContext.BaseDirectory, "Content")));
        services.AddScoped<Consents>();
        services.AddScoped<Corrections>();
        services.AddScoped<Erasure>();
        services.AddScoped<PersonalCopy>();
    }

    private static void AddRoster(this IServiceCollection services)
    {
        services.AddSingleton<OrganisationTree>();
        services.AddSingleton<AccountLookup>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<AccountWriter>();
        services.AddSingleton<Bindings>();
        services.AddSingleton<ExemptionSwitch>();
        services.AddScoped<Exemptions>();
        services.AddSingleton<MemberMoves>();
        services.AddScoped<Transfers>();
        services.AddScoped<Removals>();
        services.AddScoped<TransferAnswers>();
        services.AddScoped<TransferDecisions>();
        services.AddScoped<TransferLists>();
        services.AddSingleton<TransferFigures>();
        services.AddScoped<TransferReminders>();
        services.AddScoped<TreeChanges>();
        services.AddScoped<Reorganising>();
        services.AddScoped<Mergers>();
        services.AddScoped<OrganisationHistory>();
        services.AddSingleton<RosterSlot>();
        services.AddSingleton<RosterHolder>();
        services.AddScoped<RosterImport>();
        services.AddScoped<RosterUploads>();
        services.AddScoped<Joining>();
        services.AddScoped<JoinFits>();
        services.AddScoped<JoinWishes>();
        services.AddScoped<Belongings>();
        services.AddScoped<Tray>();
        services.AddSingleton<TaskMemory>();
        services.AddScoped<OpenTasks>();
        services.AddScoped<TrayJoins>();
        services.AddScoped<TrayCorrections>();
        services.AddScoped<RosterDoubts>();
        services.AddScoped<ForgottenDoubts>();
        services.AddScoped<OrganisationNames>();
        services.AddScoped<Unstudied>();
        services.AddScoped<StudyMatrix>();
        services.AddScoped<CodeVisitors>();
        services.AddScoped<BranchRoster>();
        services.AddSingleton<LedgerBoard>();
        services.AddSingleton<WaitingBoard>();
        services.AddScoped<LedgerTargets>();
    }
}
