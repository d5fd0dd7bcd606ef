using Bot.Core.Calendar;
using Quartz;

namespace Bot.Jobs.Calendar;

/// <summary>Removes pictures that no piece has shown within a month of their upload.</summary>
public sealed class TidyPictures(Pictures pictures) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await pictures.TidyAsync(cancellationToken);
}
