namespace Bot.Tests.Staff;

/// <summary>What an address of the console is about.</summary>
internal enum Asked
{
    /// <summary>The viewer's own, or lists of what is theirs: no row can be named.</summary>
    Own,

    /// <summary>What is there for those of a root only: at a county it does not exist.</summary>
    Root,

    /// <summary>Names rows in its fields; those outside do not exist.</summary>
    Fields,

    /// <summary>As <see cref="Fields"/>, but the list that it stands on is there all the same.</summary>
    ListFields,

    /// <summary>Page of one organisation, without saying which.</summary>
    Nowhere,

    Organisation,
    Appeal,
    Case,
    Correction,
    Doubt,
    Import,
    Join,
    Lesson,
    Piece,
    Transfer,
}

/// <param name="Fields">What would be sent by whoever may; names in braces stand for rows outside of the viewer's subtree, <c>{to}</c> for one inside.</param>
/// <param name="Query">What the address needs besides.</param>
/// <param name="Crosses">With an organisation of the viewer's own in the address the rows in the fields are still not theirs, <c>{to}</c> neither.</param>
internal sealed record Ask(Asked Of, (string Name, string Value)[] Fields, string Query = "", bool Crosses = false);

/// <summary>Every handler of every page of the console. A new one must be put here, and so into the walk of <see cref="ScopeWalkTests"/>.</summary>
internal static class ConsoleAsks
{
    private const string Place = "staff/organisations/{id:int}";
    private const string Welcome = "key=reply:welcome";

    /// <summary>By method, route and handler.</summary>
    public static readonly IReadOnlyDictionary<string, Ask> All = new Dictionary<string, Ask>(
    [
        .. Gets(Asked.Own, "staff", "staff?handler=Figures", "staff?handler=Export", "staff/account", "staff/account?handler=Link", "staff/appeals", "staff/audit", "staff/audit?handler=Verdict",
            "staff/calendar", "staff/calendar/new", "staff/colleagues", "staff/ledger", "staff/live", "staff/reports", "staff/roster", "staff/roster?handler=Template", "staff/sign-out", "staff/transfers", "staff/tray"),
        .. Posts(Asked.Own, "staff/account?handler=Password", "staff/account?handler=Recovery", "staff/account?handler=Factor", "staff/account?handler=Confirm", "staff/account?handler=End",
            "staff/account?handler=Link", "staff/account?handler=Unlink", "staff/audit?handler=Export", "staff/calendar?handler=Picture", "staff/calendar?handler=Render", "staff/reports", "staff/roster", "staff/sign-out"),
        .. Posts(Asked.Nowhere, "staff/ledger", "staff/colleagues?handler=Give", "staff/colleagues?handler=Take", "staff/colleagues?handler=Leave", "staff/colleagues?handler=Renew"),

        .. Gets(Asked.Root, "staff/jobs", "staff/jobs?handler=State", "staff/outbox", "staff/replies", "staff/replies/menu", "staff/replies/menu?handler=Online", "staff/replies/unanswered"),
        Get(Asked.Root, "staff/replies/edit", Welcome),
        Post(Asked.Root, "staff/jobs?handler=Run", ("name", "TidyImports")),
        Post(Asked.Root, "staff/jobs?handler=Pause", ("name", "TidyImports")),
        Post(Asked.Root, "staff/jobs?handler=Resume", ("name", "TidyImports")),
        Post(Asked.Root, "staff/replies", ("said", "学习")),
        .. Proposal("staff/replies/edit", Welcome, ("text", "换一句。")),
        With(Welcome, Post(Asked.Root, "staff/replies/edit?handler=Try", ("text", "换一句。"), ("said", "学习"))),
        .. Proposal("staff/replies/menu", ""),
        Post(Asked.Root, "staff/replies/menu?handler=Publish"),
        Post(Asked.Root, "staff/replies/unanswered?handler=Propose", ("id", "{unanswered}"), ("command", "study")),
        Post(Asked.Root, "staff/replies/unanswered?handler=Dismiss", ("id", "{unanswered}")),
        Post(Asked.Root, "staff/calendar?handler=Pause", ("PauseName", "寒假"), ("PauseFrom", "2027-01-25"), ("PauseTo", "2027-02-20")),
        Post(Asked.Root, "staff/calendar?handler=EndPause", ("PauseFrom", "2026-12-01"), ("PauseTo", "2026-12-02")),

        Post(Asked.Fields, "staff/calendar?handler=Move", ("id", "{piece}"), ("version", "1"), ("start", "2026-12-07T08:00")),
        Post(Asked.Fields, "staff/calendar?handler=Audience", ("OrganisationId", "{place}")),
        Post(Asked.Fields, "staff/calendar?handler=Reach", ("OrganisationId", "{place}"), ("piece", "{piece}")),
        With("kind=article", Post(Asked.Fields, "staff/calendar/new", ("OrganisationId", "{place}"), ("Form.Title", "别处的文章"), ("Form.Body", "正文。"), ("Form.GoesOut", "2026-12-07T08:00"), ("Do", "save"))),
        Post(Asked.ListFields, "staff/transfers?handler=Accept", ("ids", "{transfer}")),

        .. Gets(Asked.Organisation, Place, Place + "?handler=Figures", Place + "?handler=Export", Place + "/adjustments", Place + "/changes", Place + "/colleagues", Place + "/exemptions", Place + "/export",
            Place + "/join-code", Place + "/ledger", Place + "/ledger/list", Place + "/live", Place + "/matrix", Place + "/pushes", Place + "/removals/new", Place + "/report", Place + "/transfers/new", Place + "/visitors"),
        Post(Asked.Organisation, Place + "/export", ("what", "figures"), ("format", "csv")),
        Post(Asked.Organisation, Place + "/ledger", ("target[empty]", "1")),
        Post(Asked.Organisation, Place + "/colleagues?handler=Give", ("Login", "new.one"), ("Role", "Editor")),
        Crossing(Place + "/colleagues?handler=Take", ("assignment", "{assignment}")),
        Crossing(Place + "/colleagues?handler=Leave", ("colleague", "{colleague}")),
        Crossing(Place + "/colleagues?handler=Renew", ("colleague", "{colleague}")),
        Crossing(Place + "/exemptions?handler=Add", ("PersonId", "{person}"), ("Reason", "suspended"), ("From", "2026-11-25")),
        Crossing(Place + "/exemptions?handler=End", ("plan", "{plan}")),
        Crossing(Place + "/transfers/new", ("Chosen", "{person}"), ("to", "{to}"), ("Kind", "Other"), ("Deadline", "2026-12-20")),
        Crossing(Place + "/removals/new", ("Chosen", "{person}"), ("Kind", "Leaving")),
        Crossing(Place + "/adjustments", ("Period", "9-2"), ("PersonId", "{person}"), ("Wish", "Exempt"), ("Reason", "名册有误")),
        Post(Asked.Organisation, Place + "/changes?handler=Rename", ("Name", "换个名字")),
        Post(Asked.Organisation, Place + "/changes?handler=Close"),
        Crossing(Place + "/changes?handler=Move", ("to", "{to}")),
        Crossing(Place + "/changes?handler=Merge", ("to", "{to}")),
        Crossing(Place + "/changes?handler=Split", ("Name", "新支部"), ("Kind", "Branch"), ("Chosen", "{person}")),
        Crossing(Place + "/changes?handler=Reopen", ("closed", "{place}")),

        .. Gets(Asked.Appeal, "staff/appeals/{id:int}"),
        Post(Asked.Appeal, "staff/appeals/{id:int}", ("Outcome", "NoRecord"), ("Answer", "没有记录")),
        .. Gets(Asked.Own, "staff/help", "staff/help?handler=List", "staff/help/live", "staff/help/duty", "staff/help/teams", "staff/help/reveals", "staff/help/reveals?handler=News", "staff/help/reads", "staff/help/figures"),
        .. Posts(Asked.Own, "staff/help?handler=Presence", "staff/help/duty?handler=Presence"),
        Post(Asked.Fields, "staff/help?handler=Acknowledge", ("alert", "{alert}"), ("id", "{case}")),
        Post(Asked.Fields, "staff/help/duty?handler=Add", ("Who", "{colleague}"), ("Area", "{place}"), ("Day", "2026-11-25"), ("From", "08:00"), ("To", "12:00")),
        Post(Asked.Fields, "staff/help/duty?handler=Remove", ("duty", "{duty}")),
        Post(Asked.Fields, "staff/help/teams", ("who", "{colleague}"), ("area", "{place}"), ("topics", "Mind")),
        Post(Asked.Fields, "staff/help/reveals", ("reveal", "{reveal}"), ("agrees", "true")),
        .. Gets(Asked.Case, "staff/help/{id:int}", "staff/help/{id:int}?handler=Thread"),
        Get(Asked.Case, "staff/help/{id:int}?handler=Media", "message=1"),
        Post(Asked.Case, "staff/help/{id:int}?handler=Reply", ("version", "0"), ("text", "我在"), ("formKey", "k")),
        Post(Asked.Case, "staff/help/{id:int}?handler=Typing"),
        With("deed=take", Post(Asked.Case, "staff/help/{id:int}?handler=Do", ("Version", "0"))),
        Post(Asked.Case, "staff/help/{id:int}?handler=Person", ("reveal", "{reveal}")),

        .. Gets(Asked.Correction, "staff/tray/corrections/{id:int}"),
        Post(Asked.Correction, "staff/tray/corrections/{id:int}?handler=Correct", ("name", "学生009"), ("birthDate", "2008-05-02")),
        Post(Asked.Correction, "staff/tray/corrections/{id:int}?handler=Close", ("accepted", "true")),
        .. Gets(Asked.Doubt, "staff/tray/doubts/{id:int}"),
        Post(Asked.Doubt, "staff/tray/doubts/{id:int}?handler=Known", ("personId", "{person}")),
        Post(Asked.Doubt, "staff/tray/doubts/{id:int}?handler=New"),
        Post(Asked.Doubt, "staff/tray/doubts/{id:int}?handler=LeaveOut"),
        .. Gets(Asked.Import, "staff/roster/{id:int}", "staff/roster/{id:int}?handler=State", "staff/roster/{id:int}?handler=Faults"),
        .. Posts(Asked.Import, "staff/roster/{id:int}?handler=Import", "staff/roster/{id:int}?handler=Cancel"),
        .. Gets(Asked.Join, "staff/tray/joins/{id:int}"),
        Post(Asked.Join, "staff/tray/joins/{id:int}?handler=Accept", ("personId", "{person}")),
        Post(Asked.Join, "staff/tray/joins/{id:int}?handler=New", ("category", "Member")),
        Post(Asked.Join, "staff/tray/joins/{id:int}?handler=Decline"),
        .. Gets(Asked.Lesson, "staff/calendar/lessons/{id:int}"),
        Post(Asked.Lesson, "staff/calendar/lessons/{id:int}?handler=Approve", ("hash", "{lesson-hash}")),
        Post(Asked.Lesson, "staff/calendar/lessons/{id:int}?handler=TakeIn"),
        .. Gets(Asked.Piece, "staff/calendar/pieces/{id:int}", "staff/calendar/pieces/{id:int}?handler=Reach", "staff/calendar/pieces/{id:int}?handler=Run", "staff/calendar/pieces/{id:int}/review",
            "staff/calendar/pieces/{id:int}/versions"),
        Post(Asked.Piece, "staff/calendar/pieces/{id:int}", ("Seen", "1"), ("Form.Title", "改了"), ("Form.Body", "改了。"), ("Form.GoesOut", "2026-12-07T08:00"), ("Do", "save")),
        .. Posts(Asked.Piece, "staff/calendar/pieces/{id:int}?handler=Sample", "staff/calendar/pieces/{id:int}?handler=Stop", "staff/calendar/pieces/{id:int}?handler=Continue"),
        Post(Asked.Piece, "staff/calendar/pieces/{id:int}?handler=Withdraw", ("Seen", "1")),
        Post(Asked.Piece, "staff/calendar/pieces/{id:int}/review?handler=Approve", ("Seen", "1"), ("Hash", "{piece-hash}")),
        Post(Asked.Piece, "staff/calendar/pieces/{id:int}/review?handler=Decline", ("Seen", "1"), ("Reason", "要改")),
        .. Gets(Asked.Transfer, "staff/transfers/{id:int}"),
        .. Posts(Asked.Transfer, "staff/transfers/{id:int}?handler=Accept", "staff/transfers/{id:int}?handler=Withdraw", "staff/transfers/{id:int}?handler=Remove", "staff/transfers/{id:int}?handler=Return"),
        Post(Asked.Transfer, "staff/transfers/{id:int}?handler=Refuse", ("reason", "Other")),
        Post(Asked.Transfer, "staff/transfers/{id:int}?handler=Extend", ("deadline", "2026-12-20")),
        Post(Asked.Transfer, "staff/transfers/{id:int}?handler=Send", ("to", "{to}")),
    ]);

    private static KeyValuePair<string, Ask> Get(Asked of, string route, string query = "") => KeyValuePair.Create("GET " + route, new Ask(of, [], query));

    private static KeyValuePair<string, Ask> Post(Asked of, string route, params (string, string)[] fields) => KeyValuePair.Create("POST " + route, new Ask(of, fields));

    private static KeyValuePair<string, Ask> Crossing(string route, params (string, string)[] fields) => KeyValuePair.Create("POST " + route, new Ask(Asked.Organisation, fields, Crosses: true));

    private static IEnumerable<KeyValuePair<string, Ask>> Gets(Asked of, params string[] routes) => routes.Select(r => Get(of, r));

    private static IEnumerable<KeyValuePair<string, Ask>> Posts(Asked of, params string[] routes) => routes.Select(r => Post(of, r));

    /// <summary>What every page of a proposal has.</summary>
    private static IEnumerable<KeyValuePair<string, Ask>> Proposal(string route, string query, params (string, string)[] fields)
        => new[] { Post(Asked.Root, route, fields), Post(Asked.Root, route + "?handler=Reset"), Post(Asked.Root, route + "?handler=Withdraw", ("id", "{change}")) }
            .Concat(new[] { "Approve", "Decline" }.Select(h => Post(Asked.Root, $"{route}?handler={h}", ("id", "{change}"), ("hash", "{change-hash}"))))
            .Select(p => With(query, p));

    private static KeyValuePair<string, Ask> With(string query, KeyValuePair<string, Ask> ask) => KeyValuePair.Create(ask.Key, ask.Value with { Query = query });
}
