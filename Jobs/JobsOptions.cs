namespace Bot.Jobs;

/// <summary>Section <c>Jobs</c>; beside it, a section a job with its <c>Cron</c> line.</summary>
public sealed class JobsOptions
{
    /// <summary>False where another node or process runs the jobs.</summary>
    public bool RunHere { get; set; } = true;

    public JobLine ForgetUsedLinks { get; set; } = new();

    public JobLine ForgetDeletedAccounts { get; set; } = new();

    public JobLine FreezeFigures { get; set; } = new();

    public JobLine ForgetAppealTexts { get; set; } = new();

    public JobLine ForgetUnanswered { get; set; } = new();

    public JobLine ForgetMessages { get; set; } = new();

    public JobLine SettleUnanswered { get; set; } = new();

    public JobLine RemindTransfers { get; set; } = new();

    public JobLine RemindUnstudied { get; set; } = new();

    public JobLine TellReports { get; set; } = new();

    public JobLine WarmTokens { get; set; } = new();

    public JobLine ReadQuotas { get; set; } = new();

    public JobLine TidyImports { get; set; } = new();

    public JobLine TidyPictures { get; set; } = new();

    public JobLine VerifyAudit { get; set; } = new();

    /// <summary>When a job runs.</summary>
    public sealed class JobLine
    {
        /// <summary>Quartz cron expression, read in China time.</summary>
        public string Cron { get; set; } = "";
    }
}
