using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Server.Operator;

namespace Bot.Server.Lessons;

internal sealed class LessonImportCommand(LessonPlan plan, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "lesson import";

    public static string Usage => "lesson import FILE [--publish [--reason TEXT]] – store a lesson as a draft, or published";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (call.Arguments is not [var file, ..] || !File.Exists(file))
        {
            return call.Fail("There is no such file. Usage: " + Usage);
        }

        var (lesson, faults) = LessonFile.Read(await OperatorFile.ReadAsync(file, LessonFile.MaxBytes, ct));
        if (lesson is null)
        {
            return call.Fail(string.Join(Environment.NewLine, faults));
        }

        if ((await plan.ImportAsync(lesson, call.Flag("--publish"), call.Option("--reason"), ct)).IsRefused(out var refusal, out var outcome))
        {
            return call.Fail($"{refusal.Code}: {content.Reply(refusal.Code)}");
        }

        await call.Out.WriteLineAsync($"{lesson.Season}-{lesson.Period} {outcome.ToString().ToLowerInvariant()}{(call.Flag("--publish") ? ", published" : "")}");
        return 0;
    }
}
