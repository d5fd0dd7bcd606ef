using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <summary>What screens call a role, and what whoever has it does.</summary>
internal static class RoleWords
{
    public static string Word(StaffRole role) => role switch
    {
        StaffRole.Administrator => "管理员",
        StaffRole.Editor => "信息员",
        StaffRole.Approver => "审核人",
        StaffRole.Secretary => "团支书",
        StaffRole.CommitteeOfficer => "团委干部",
        StaffRole.Counsellor => "咨询员",
        StaffRole.DutySupervisor => "值班督导",
        StaffRole.Custodian => "身份保管人",
        StaffRole.VolunteerLead => "志愿者负责人",
        StaffRole.VacancyOfficer => "岗位专员",
        _ => role.ToString(),
    };

    public static string Does(StaffRole role) => role switch
    {
        StaffRole.Administrator => "管工作人员、组织和名册",
        StaffRole.Editor => "写课程、文章和通知",
        StaffRole.Approver => "审核别人写的内容",
        StaffRole.Secretary => "管名册和待处理",
        StaffRole.CommitteeOfficer => "管名册、组织和转接",
        StaffRole.Counsellor => "接听求助",
        StaffRole.DutySupervisor => "督导求助，看审计",
        StaffRole.Custodian => "决定能不能查出求助的人是谁",
        StaffRole.VolunteerLead => "管志愿活动",
        StaffRole.VacancyOfficer => "审核岗位",
        _ => "",
    };
}
