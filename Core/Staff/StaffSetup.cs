using Bot.Core.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Core.Staff;

internal static class StaffSetup
{
    public static void AddStaff(this IServiceCollection services)
    {
        services.AddIdentityCore<StaffAccount>(identity =>
        {
            // Length is what makes a password strong; rules about its characters only make it forgettable.
            identity.Password.RequiredLength = Invitations.MinPasswordLength;
            identity.Password.RequiredUniqueChars = 5;
            identity.Password.RequireDigit = false;
            identity.Password.RequireLowercase = false;
            identity.Password.RequireUppercase = false;
            identity.Password.RequireNonAlphanumeric = false;
            identity.User.AllowedUserNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
        }).AddEntityFrameworkStores<BotDb>();
        services.AddScoped<StaffAccounts>();
        services.AddScoped<Colleagues>();
        services.AddScoped<Invitations>();
        services.AddScoped<SignIns>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<StaffScope>();
        services.AddScoped<OwnAccount>();
        services.AddScoped<OwnSessions>();
        services.AddScoped<StaffLinks>();
        services.AddScoped<StaffTexts>();
        services.AddScoped<Secretaries>();
        services.AddScoped<Exports>();
        services.AddScoped<Reports>();
        services.AddSingleton<AuditSeal>();
        services.AddScoped<AuditChain>();
        services.AddScoped<AuditLog>();
        services.AddScoped<SeenNames>();
        services.AddSingleton<AuditVerdicts>();
        services.AddHostedService<AuditSealer>();
    }
}
