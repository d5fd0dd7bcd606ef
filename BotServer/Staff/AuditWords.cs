using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <summary>What the audit says, for screens and files: the one Chinese word for each action, and for what an entry speaks of.</summary>
internal static class AuditWords
{
    /// <summary>In the order of the page's choice.</summary>
    public static readonly IReadOnlyDictionary<string, string> Actions = new Dictionary<string, string>
    {
        ["names.seen"] = "看了姓名",
        ["export.roster"] = "导出名册",
        ["export.unstudied"] = "导出还没学的名单",
        ["export.matrix"] = "导出学习一览",
        ["export.figures"] = "导出参学率",
        ["export.history"] = "导出近几期参学率",
        ["export.ledger"] = "导出台账",
        ["export.audit"] = "导出审计记录",
        ["staff.assigned"] = "给了角色",
        ["staff.unassigned"] = "收回角色",
        ["staff.invited"] = "邀请工作人员",
        ["staff.renewed"] = "重新邀请工作人员",
        ["staff.enrolled"] = "接受邀请，设好身份验证器",
        ["staff.left"] = "停用工作人员",
        ["staff.password-changed"] = "改了自己的密码",
        ["staff.recovery-codes-renewed"] = "换了自己的恢复码",
        ["staff.authenticator-replaced"] = "换了自己的身份验证器",
        ["staff.sessions-ended"] = "退出自己在别处的登录",
        ["staff.wechat-linked"] = "关联自己的微信",
        ["staff.wechat-unlinked"] = "解除关联自己的微信",
        ["roster.uploaded"] = "上传名册文件",
        ["roster.import-approved"] = "同意导入名册",
        ["roster.import-cancelled"] = "取消导入名册",
        ["roster.imported"] = "名册已导入",
        ["roster.doubt-known"] = "认出名册里分不清的人",
        ["roster.doubt-new"] = "把分不清的一行当新人加入",
        ["roster.doubt-left-out"] = "不导入分不清的一行",
        ["tray.member-added"] = "新加团员",
        ["tray.youth-added"] = "新加青年",
        ["tray.member-returned"] = "删除过信息的人重新加入",
        ["tray.row-given-away"] = "改绑到另一个微信号",
        ["tray.row-corrected"] = "更正个人信息",
        ["transfer.released"] = "转出成员",
        ["transfer.sent"] = "给转接定去向",
        ["transfer.extended"] = "延长转接期限",
        ["transfer.accepted"] = "接收转接",
        ["transfer.refused"] = "退回转接",
        ["transfer.withdrawn"] = "撤回转接",
        ["transfer.removal-asked"] = "提请移出名册",
        ["transfer.removed"] = "移出名册",
        ["transfer.returned"] = "恢复移出的人",
        ["exemption.added"] = "登记免学",
        ["exemption.ended"] = "结束免学",
        ["exemption.taken-back"] = "收回免学登记",
        ["appeal.answered"] = "答复申诉",
        ["figure.adjusted"] = "更正已定格的一期",
        ["lesson.published-solo"] = "一人发布课程",
        ["lesson.approved"] = "补审一人发布的课程",
        ["piece.created"] = "新建稿件",
        ["piece.saved"] = "修改稿件",
        ["piece.submitted"] = "提交稿件",
        ["piece.approved"] = "通过稿件",
        ["piece.declined"] = "退回稿件",
        ["piece.withdrawn"] = "撤回稿件",
        ["piece.sent-to-oneself"] = "把稿件发给自己看",
        ["piece.followed"] = "稿件随组织合并或撤销移走",
        ["piece.taken-in"] = "接管导入的课程",
        ["push.stopped"] = "停止推送",
        ["push.continued"] = "让推送接着发",
        ["picture.added"] = "上传图片",
        ["pause.added"] = "加暂停周",
        ["pause.removed"] = "去掉暂停周",
        ["ledger.target-set"] = "定台账目标",
        ["organisation.renamed"] = "组织改名",
        ["organisation.moved"] = "组织移动",
        ["organisation.merged"] = "组织合并",
        ["organisation.split"] = "组织拆分",
        ["organisation.closed"] = "撤销组织",
        ["organisation.reopened"] = "恢复组织",
        ["account.erased"] = "删除微信绑定",
        ["person.erased"] = "删除个人信息",
        ["reply.proposed"] = "提出改回复",
        ["reply.approved"] = "同意改回复",
        ["reply.declined"] = "没同意改回复",
        ["reply.withdrawn"] = "撤回改回复",
        ["menu.published"] = "发布菜单",
        ["unanswered.dismissed"] = "不管一句没听懂的话",
        ["job.asked"] = "让任务立即运行",
        ["job.paused"] = "暂停任务",
        ["job.resumed"] = "恢复任务",
    };

    /// <summary>By the actions' beginning.</summary>
    private static readonly Dictionary<string, string> Groups = new()
    {
        ["names."] = "看姓名",
        ["export."] = "导出",
        ["staff."] = "工作人员和角色",
        ["roster."] = "名册",
        ["tray."] = "待处理",
        ["transfer."] = "转接",
        ["exemption."] = "免学",
        ["appeal."] = "申诉",
        ["figure."] = "参学率",
        ["lesson."] = "课程",
        ["piece."] = "稿件",
        ["push."] = "推送",
        ["picture."] = "图片",
        ["pause."] = "暂停周",
        ["ledger."] = "台账",
        ["organisation."] = "组织",
        ["account."] = "微信绑定",
        ["person."] = "个人信息",
        ["reply."] = "回复",
        ["menu."] = "菜单",
        ["unanswered."] = "没听懂的话",
        ["job."] = "定时任务",
    };

    private static readonly Dictionary<string, string> Keys = new()
    {
        ["person"] = "人员",
        ["account"] = "微信账号",
        ["staff"] = "工作人员",
        ["login"] = "登录名",
        ["role"] = "角色",
        ["other"] = "另一组织",
        ["lesson"] = "课程",
        ["piece"] = "稿件",
        ["version"] = "版本",
        ["picture"] = "图片",
        ["import"] = "导入",
        ["doubt"] = "分不清的行",
        ["request"] = "申请",
        ["correction"] = "更正申请",
        ["transfer"] = "转接",
        ["adjustment"] = "更正",
        ["appeal"] = "申诉",
        ["exemption-plan"] = "免学登记",
        ["measure"] = "指标",
        ["value"] = "值",
        ["period"] = "期",
        ["columns"] = "列",
        ["filter"] = "筛选",
        ["format"] = "格式",
        ["rows"] = "行数",
        ["fields"] = "改了",
        ["from"] = "从",
        ["to"] = "到",
        ["organisations"] = "新组织",
        ["new"] = "新增",
        ["changed"] = "有变化",
        ["moved"] = "移动",
        ["ambiguous"] = "分不清",
        ["job"] = "任务",
        ["text"] = "哪一条",
        ["hash"] = "内容摘要",
        ["unanswered"] = "没听懂的话",
        ["list"] = "页面",
    };

    private static readonly Dictionary<string, string> Values = new()
    {
        ["list:tray"] = "待处理",
        ["list:transfers"] = "转接",
        ["list:transfer-form"] = "转出成员",
        ["list:removal-form"] = "移出名册",
        ["list:split-form"] = "拆出一个新组织",
        ["list:exemptions"] = "免学",
        ["list:appeals"] = "申诉",
        ["fields:Name"] = "姓名",
        ["fields:NameKey"] = "",
        ["fields:BirthDate"] = "出生日期",
        ["fields:MemberNumber"] = "团员编号",
        ["fields:PhoneSealed"] = "手机号",
        ["fields:PhoneLast4"] = "",
    };

    public static string Of(string action) => Actions.GetValueOrDefault(action, action);

    /// <param name="beginning">Such as <c>export.</c>.</param>
    public static string Group(string beginning) => Groups.GetValueOrDefault(beginning, beginning);

    /// <summary>Who; secretaries by the number of their row, which is nobody's name.</summary>
    public static string Who(string actor)
        => actor == "operator" ? "运维"
            : actor == "platform" ? "微信平台"
            : actor == "person" ? "本人"
            : actor.Split(':') is ["secretary", var person] ? $"团支书（人员 {person}）"
            : actor;

    /// <summary>What it was about, without the organisation, which has a column of its own.</summary>
    public static string About(string subject) => string.Join(" · ", subject.Split(' ').Select(Say).Where(part => part.Length > 0));

    private static string Say(string part)
    {
        if (part.Split(':', 2) is not [var key, var value])
        {
            return part;
        }

        return key == "organisation" || value is "-" or "" ? ""
            : key == "role" && StaffRoles.TryParse(value, out var role) ? "角色 " + RoleWords.Word(role)
            : key == "job" ? "任务 " + Jobs.JobWords.Of(value).Name
            : $"{Keys.GetValueOrDefault(key, key)} {string.Join('、', value.Split(',').Select(v => Values.GetValueOrDefault($"{key}:{v}", v)).Where(v => v.Length > 0))}";
    }
}
