using Bot.Core.Content;
using Bot.Core.Replies;

namespace Bot.Server.Replies;

/// <param name="Where">Where people read it.</param>
/// <param name="Beginnings">Of the sentences' keys, up to the first dot.</param>
internal sealed record ReplyGroup(string Name, string Where, IReadOnlyList<string> Beginnings);

/// <param name="Meaning">What is filled in.</param>
/// <param name="Example">For the bubble that shows how it looks.</param>
internal sealed record PlaceholderWord(string Meaning, string Example);

/// <summary>What screens call sentences, commands and placeholders.</summary>
internal static class ReplyWords
{
    public static readonly ReplyGroup Others = new("其他", "聊天或者页面", []);

    public static readonly IReadOnlyList<ReplyGroup> Groups =
    [
        new("欢迎和帮助", "聊天：关注时，发“帮助”，没听懂时", ["welcome", "help", "thanks", "not-understood", "not-text", "cancelled", "nothing-to-cancel", "dialogue", "too-long", "busy", "scan"]),
        new("学习", "聊天：发“学习”；学习页和小程序", ["study", "lesson", "ticket", "receipt", "link", "session", "origin", "code", "wechat"]),
        new("提醒", "聊天：发“提醒”；提醒页", ["reminder"]),
        new("我的记录", "聊天：发“我的”；我的记录页", ["record", "rate"]),
        new("加入支部", "聊天：发“绑定”，扫支部的码", ["join"]),
        new("隐私", "聊天：发“隐私”；隐私页", ["privacy"]),
        new("申诉", "聊天：发“申诉”；申诉页", ["appeal"]),
        new("支部进度", "聊天：团支书发“进度”", ["progress"]),
        new("顺便告诉", "聊天：和下一条回复一起说", ["notice"]),
        new("文章", "聊天：发“文章”", ["articles"]),
        new("推送", "聊天：收到推送时，发“退订推送”；工作台", ["push"]),
        new("求助", "聊天：发“求助”，或者话里有求助的词", ["help-line", "help-step"]),
        new("听得懂的词", "聊天：填写时听的回答，用空格隔开", ["words"]),
        new("关联微信", "聊天：工作人员发“工作台”", ["staff-link"]),
        new("待处理和转接", "工作台", ["tray", "transfer"]),
        new("内容日历", "工作台；发给自己看时在聊天里", ["piece", "pause", "picture"]),
        new("组织和名册", "工作台，命令行", ["organisation", "roster", "alias"]),
        new("免学和更正", "工作台", ["exemption", "adjustment"]),
        new("账号和别的", "工作台，命令行", ["staff", "staff-text", "export", "ledger", "job", "reply", "menu", "unanswered"]),
    ];

    private static readonly Dictionary<string, string> Commands = new()
    {
        ["study"] = "打开本周一课",
        ["record"] = "看自己的学习记录",
        ["join"] = "加入团支部",
        ["privacy"] = "看隐私说明，管自己的信息",
        ["welcome"] = "再看一次欢迎",
        ["help"] = "看能做什么",
        ["help-line"] = "给出求助电话，开通后和咨询员对话",
        ["cancel"] = "停下正在填的内容",
        ["progress"] = "给团支书看支部进度",
        ["appeal"] = "申诉没算上的学习",
        ["articles"] = "看最新的文章",
        ["staff-link"] = "工作人员关联微信",
        ["stop-pushes"] = "不再收推送",
        ["start-pushes"] = "再收推送",
        ["remind"] = "快截止时提醒我学这一期",
        ["remind-weekly"] = "每周快截止时提醒我",
        ["remind-off"] = "不再提醒",
    };

    /// <summary>What each command says to somebody who is new and calls it by its word alone.</summary>
    private static readonly Dictionary<string, string> First = new()
    {
        ["study"] = "study.text",
        ["record"] = "record.visitor",
        ["join"] = "join.ask-code",
        ["privacy"] = "privacy.menu",
        ["welcome"] = "welcome",
        ["help"] = "help.text",
        ["help-line"] = "help-line.soon",
        ["cancel"] = "nothing-to-cancel",
        ["progress"] = "progress.not-secretary",
        ["appeal"] = "appeal.ask-lesson",
        ["articles"] = "articles.none",
        ["staff-link"] = "staff-link.how",
        ["stop-pushes"] = "push.unsubscribed",
        ["start-pushes"] = "push.subscribed",
        ["remind"] = "reminder.asked",
        ["remind-weekly"] = "reminder.weekly",
        ["remind-off"] = "reminder.off",
    };

    private static readonly Dictionary<string, PlaceholderWord> Placeholders = new()
    {
        ["{title}"] = new("课名", "我们的家乡"),
        ["{link}"] = new("链接", "https://example.org/"),
        ["{closes}"] = new("截止时间", "周日 24:00"),
        ["{left}"] = new("还剩多久，或者还有几人", "还剩 2 天"),
        ["{season}"] = new("第几季", "9"),
        ["{period}"] = new("第几期", "2"),
        ["{minutes}"] = new("分钟数", "8"),
        ["{lesson}"] = new("课的那几行", "本周一课《我们的家乡》"),
        ["{articles}"] = new("几篇文章，每篇一行", "骑车过马路"),
        ["{lessons}"] = new("几课，每课一行", "9-2《我们的家乡》"),
        ["{word}"] = new("可能想发的词", "学习"),
        ["{organisation}"] = new("组织", "示例中学团委/一支部"),
        ["{name}"] = new("姓名或者名称", "学生001"),
        ["{version}"] = new("隐私说明第几版", "3"),
        ["{notice}"] = new("隐私说明", "为了把你的学习算到你的团支部……"),
        ["{limit}"] = new("最多多少", "100"),
        ["{id}"] = new("期号", "9-2"),
        ["{at}"] = new("时间", "今天 20:00"),
        ["{until}"] = new("到什么时候", "3 月 1 日"),
        ["{words}"] = new("可以填的词", "团员、青年"),
        ["{studied}"] = new("学了多少", "第 9 季学完 2 期。"),
        ["{line}"] = new("行号", "12"),
        ["{from}"] = new("从哪里来", "一支部"),
        ["{to}"] = new("到哪里去", "二支部"),
        ["{deadline}"] = new("期限", "3 月 31 日"),
        ["{purpose}"] = new("用途", "加入团支部"),
        ["{purposes}"] = new("各个用途", "【学习记录】……"),
        ["{consents}"] = new("同意过什么", "你还没有同意过什么。"),
        ["{number}"] = new("序号", "1"),
        ["{state}"] = new("有没有记录", "没有记录"),
        ["{outcome}"] = new("结果", "已更正"),
        ["{answer}"] = new("答复的话", "已经补上。"),
        ["{answers}"] = new("以前申诉的答复", ""),
        ["{how}"] = new("接下来怎么办", "截止前发“学习”接着学。"),
        ["{this}"] = new("这一期什么时候提醒", "这一期是周六 21:00。"),
        ["{late}"] = new("是不是补学", "（补学）"),
        ["{figures}"] = new("参学率那一行", "《我们的家乡》应学 40 人，已学 32 人。"),
        ["{expected}"] = new("应学人数", "40"),
        ["{completed}"] = new("已学人数", "32"),
        ["{rate}"] = new("参学率", "80.0%"),
        ["{count}"] = new("几期", "2"),
        ["{category}"] = new("人员类别", "团员"),
        ["{kind}"] = new("组织类型", "支部"),
        ["{text}"] = new("正文", "……"),
        ["{login}"] = new("账号", "li.officer"),
        ["{length}"] = new("多少个字符", "10"),
        ["{most}"] = new("最多几个", "5"),
        ["{detail}"] = new("哪里不对", "……"),
    };

    public static ReplyGroup GroupOf(string sentence)
    {
        var beginning = sentence.Split('.', 2)[0];
        return Groups.FirstOrDefault(g => g.Beginnings.Contains(beginning)) ?? Others;
    }

    public static string Command(string name) => Commands.GetValueOrDefault(name, name);

    /// <returns>The key of a sentence; null for a command whose first sentence is not known here.</returns>
    public static string? FirstSentence(string command) => First.GetValueOrDefault(command);

    /// <param name="placeholder">With its braces.</param>
    public static PlaceholderWord Placeholder(string placeholder) => Placeholders.GetValueOrDefault(placeholder) ?? new PlaceholderWord("发出去时填上", placeholder);

    /// <summary>The heading of a page about it.</summary>
    public static string Title(ContentKey key, ContentSet content) => key.Kind switch
    {
        ContentKind.Reply => GroupOf(key.Name).Name,
        ContentKind.Words => $"口令：{content.Words[key.Name][0]}",
        _ => "菜单",
    };

    /// <summary>To be read: words in a row.</summary>
    public static string Shown(ContentKey key, string text) => key.Kind == ContentKind.Words ? text.Replace("\n", "、", StringComparison.Ordinal) : text;

    /// <returns>Which words come and go; null where the texts themselves are to be read.</returns>
    public static string? Difference(ContentKey key, string held, string wanted)
    {
        if (key.Kind != ContentKind.Words)
        {
            return null;
        }

        var (before, after) = (held.Split('\n'), wanted.Split('\n'));
        var parts = new[] { ("加上", after.Except(before)), ("去掉", before.Except(after)) }
            .Where(p => p.Item2.Any()).Select(p => $"{p.Item1} {string.Join('、', p.Item2)}").ToList();
        return parts.Count == 0 ? "词一样，先后不同" : string.Join("；", parts);
    }

    public static string Why(ReplyLock locked) => locked == ReplyLock.Safety
        ? "听到哪些话算求助、答复里有哪些电话，错一个字就可能耽误一个人，所以工作台上不能改。要改，请告诉开发的人，和新版本一起测试、一起发布。"
        : "这是大家同意或者删除信息时看到的话和回答的词。改了它，以前的同意就对不上了，所以工作台上不能改，只和新版的隐私说明一起发布。";

    public static string State(ReplyChangeState state) => state switch
    {
        ReplyChangeState.Proposed => "等审核",
        ReplyChangeState.Approved => "已同意",
        ReplyChangeState.Declined => "没同意",
        _ => "已撤回",
    };
}
