using System.Globalization;
using System.Text.RegularExpressions;
using Bot.Core;

namespace Bot.Simulator.Start;

/// <summary>Fills the bot with Content/samples through its own operator commands, each once per data folder.</summary>
internal sealed class Samples(BotProcess bot, DataFolder data, Joinings joinings, TimeProvider clock)
{
    private const string Root = "示例省级";

    /// <summary>Three people of the sample roster to be, the first a branch secretary: branch, name and member number.</summary>
    public static readonly (string Branch, string Name, string Number)[] Members =
    [
        ("/高一1班", "学生001", "S000001"),
        ("/高一1班", "学生004", "S000004"),
        ("/文学院1班", "学生150", "S000150"),
    ];

    /// <summary>Who signs in to the console, each with the login as password, and what they may do everywhere.</summary>
    public static readonly (string Login, string Role)[] Staff =
        [("demo", "administrator"), ("editor", "editor"), ("approver", "approver"), ("counsellor", "counsellor"), ("supervisor", "duty-supervisor"), ("custodian", "custodian")];

    private static readonly string[] Lessons = ["road-safety.md", "first-aid.md"];

    /// <param name="says">Told what is being loaded.</param>
    public async Task LoadAsync(Action<string> says, CancellationToken ct)
    {
        await OnceAsync("roster", "the sample roster", says, () => bot.RunAsync(ct, "roster", "import", Path.Combine(BotFiles.Samples, "roster.csv")));

        await bot.RunAsync(ct, "menu", "publish"); // each time: Content/menu.yaml may have been changed
        joinings.Read(await bot.RunAsync(ct, "roster", "codes"));

        var monday = MondayOf(ChinaTime.DateOf(clock.GetUtcNow()));
        foreach (var week in (DateOnly[])[monday.AddDays(-7), monday])
        {
            var id = $"{Season(week)}-{ISOWeek.GetWeekOfYear(week.ToDateTime(default))}";
            await OnceAsync("lesson " + id, "lesson " + id, says, async () =>
            {
                var file = await WriteLessonAsync(week, ct);
                await bot.RunAsync(ct, "lesson", "import", file, "--publish", "--reason", "示例");
                File.Delete(file);
            });
        }

        // After the lessons: with an approver there, what one operator published would be called so.
        foreach (var (login, role) in Staff)
        {
            await OnceAsync(role == "administrator" ? "staff" : "staff " + login, "the account " + login, says, () => bot.RunAsync(ct, "staff", "sample", login, login, "--role", role, "--under", Root));
        }
    }

    /// <summary>The sample of a week as it would have been written for it: numbered by the calendar, open from Monday to Sunday night.</summary>
    public static string Dated(string lesson, DateOnly monday)
    {
        lesson = Line("season").Replace(lesson, $"season: {Season(monday)}");
        lesson = Line("period").Replace(lesson, $"period: {ISOWeek.GetWeekOfYear(monday.ToDateTime(default))}");
        lesson = Line("opens").Replace(lesson, $"opens: {monday:yyyy-MM-dd}T00:00:00+08:00");
        return Line("closes").Replace(lesson, $"closes: {monday.AddDays(7):yyyy-MM-dd}T00:00:00+08:00");
    }

    private async Task<string> WriteLessonAsync(DateOnly monday, CancellationToken ct)
    {
        // Weeks take turns, so that a folder kept for months shows both.
        var sample = Path.Combine(BotFiles.Samples, "lessons", Lessons[monday.DayNumber / 7 % Lessons.Length]);
        var file = Path.Combine(data.ToString(), $"lesson-{monday:yyyy-MM-dd}.md");
        await File.WriteAllTextAsync(file, Dated(await File.ReadAllTextAsync(sample, ct), monday), ct);
        return file;
    }

    private async Task OnceAsync(string key, string what, Action<string> says, Func<Task> load)
    {
        if (File.Exists(data.Loaded) && File.ReadAllLines(data.Loaded).Contains(key))
        {
            return;
        }

        says($"Loading {what} …");
        await load();
        await File.AppendAllLinesAsync(data.Loaded, [key]);
    }

    private static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    private static int Season(DateOnly monday) => ISOWeek.GetYear(monday.ToDateTime(default)) % 100;

    private static Regex Line(string key) => new($"^{key}:.*$", RegexOptions.Multiline);
}
