using Microsoft.Extensions.DependencyInjection;

namespace Bot.Core.Calendar;

internal static class CalendarSetup
{
    public static void AddCalendar(this IServiceCollection services)
    {
        services.AddSingleton<PieceRights>();
        services.AddSingleton<NoticeShelf>();
        services.AddSingleton<PieceReach>();
        services.AddSingleton<PreviewTickets>();
        services.AddSingleton<PictureMemory>();
        services.AddScoped<Pieces>();
        services.AddScoped<PieceSubmissions>();
        services.AddScoped<PieceWithdrawals>();
        services.AddScoped<PieceDecisions>();
        services.AddScoped<PieceHeirs>();
        services.AddScoped<PieceLists>();
        services.AddScoped<PieceSample>();
        services.AddScoped<ImportedLessons>();
        services.AddScoped<CalendarPauses>();
        services.AddScoped<NextPieces>();
        services.AddScoped<PublicPieces>();
        services.AddScoped<Pictures>();
    }
}
