namespace Bot.Server.Jobs;

/// <param name="Purpose">What it is for.</param>
/// <param name="WhilePaused">What stays undone.</param>
internal sealed record JobWord(string Name, string Purpose, string WhilePaused);

/// <summary>Jobs, outcomes and failures, for screens.</summary>
internal static class JobWords
{
    public static readonly IReadOnlyDictionary<string, JobWord> All = new Dictionary<string, JobWord>
    {
        ["FreezeFigures"] = new("定格参学率", "截止 31 分钟后定格一期的参学率；每天零点开始和结束免学。", "截止的课程一直显示“正在核定”，免学也不按时开始和结束。恢复以后会补上。"),
        ["RemindTransfers"] = new("提醒接收转接", "转接快到期时，提醒要接收的团支书。", "到期的转接没有人提醒。"),
        ["RemindUnstudied"] = new("提醒还没学的", "快截止时，提醒要过提醒、还没学完的人，一期一次；停课的几天不提醒。", "要过提醒的人收不到。截止前恢复就补上，截止了就不再发。"),
        ["TellReports"] = new("告诉周报出来了", "一期定格以后，在微信里告诉关联过的工作人员。", "工作人员要自己到工作台看周报。7 天内恢复会补上。"),
        ["WarmTokens"] = new("更换微信凭证", "微信接口的凭证快到期时，提前换新的，发消息不用等。", "凭证到期后，下一次发消息时才换，不影响使用；拿不到凭证也不会报警。"),
        ["ReadQuotas"] = new("读微信额度", "问微信，今天各个接口还能用多少次。", "“消息发送”里看不到额度，用完了也不会报警。"),
        ["TidyImports"] = new("清理中断的导入", "导入名册的服务器中途停了，清掉它没写完的内容；分不清的行 90 天没人处理，也删掉。", "中断的导入留下的内容不清掉，下一次导入时才清；分不清的行留着，超过 90 天。"),
        ["VerifyAudit"] = new("核对审计记录", "每天把审计记录从头核对一遍，少了一条、改了一个字都看得出来；对不上就在首页报警。", "记录被删掉或者改过，没有人会知道，除非有人打开“审计记录”。"),
        ["ForgetUsedLinks"] = new("清理用过的链接", "聊天里发出的学习链接过期后删掉。", "过期的链接记录留着，不影响使用。"),
        ["ForgetDeletedAccounts"] = new("清理删除过的账号", "删除信息 90 天后，忘掉防止反复试号的记录。", "删除过信息的人，留下的痕迹超过 90 天。"),
        ["SettleUnanswered"] = new("整理没听懂的话", "三个人说过的话，里面没有名册上的姓名，才给编辑看；有的马上删掉。", "新的没听懂的话不出现，里面可能有的姓名留着，最多 30 天。"),
        ["ForgetUnanswered"] = new("清理没听懂的话", "没有人再说 30 天后，删掉机器人没听懂的话和数人数用的标记。", "没听懂的话和标记留着，超过 30 天。"),
        ["ForgetMessages"] = new("清理发过的提醒", "提醒本人 30 天后删掉记录；半年没人来听的也删掉。", "发过的提醒留着，超过 30 天。"),
        ["TidyPictures"] = new("清理没用到的图片", "上传 30 天后，稿件的任何一版都没有用到的图片，删掉。", "没用到的图片留着，占地方。"),
        ["ForgetAppealTexts"] = new("清理申诉内容", "申诉答复 30 天后，删掉里面写的话。", "申诉里写的话留着，超过 30 天。"),
    };

    public static JobWord Of(string job) => All.GetValueOrDefault(job) ?? new JobWord(job, "", "");

    /// <param name="failure">As in <see cref="Core.Jobs.JobFailure"/>.</param>
    public static string Failure(string? failure) => failure?.Split(':') switch
    {
        ["database-away"] => "数据库暂时用不了",
        ["database"] => "数据库报错",
        [Core.Jobs.JobFailure.AuditBroken] => "审计记录对不上，有记录被删掉或者改过",
        ["timeout"] => "等太久没有回应",
        ["network"] => "连不上对方的服务器",
        ["wechat", var code] => $"微信报错 {code}",
        _ => "程序出错，看服务器日志",
    };

    /// <summary>How long it took: 不到 0.1 秒, 0.2 秒, 3 分 5 秒.</summary>
    public static string Took(TimeSpan time)
        => time.TotalSeconds < 0.1 ? "不到 0.1 秒"
            : time.TotalSeconds < 10 ? $"{time.TotalSeconds:0.0} 秒"
            : time.TotalMinutes < 1 ? $"{time.TotalSeconds:0} 秒"
            : time.TotalHours < 1 ? $"{(int)time.TotalMinutes} 分 {time.Seconds} 秒"
            : $"{(int)time.TotalHours} 小时 {time.Minutes} 分";
}
