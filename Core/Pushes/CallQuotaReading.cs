using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Pushes;

/// <summary>What WeChat said last of one call's quota of the day.</summary>
public sealed class CallQuotaReading
{
    /// <summary>Such as /cgi-bin/message/custom/send.</summary>
    public required string Path { get; init; }

    public required long DailyLimit { get; init; }

    public required long Used { get; init; }

    public required long Remain { get; init; }

    /// <summary>Quotas begin anew at midnight in China.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    public bool IsUsedUp => DailyLimit > 0 && Remain <= 0;

    /// <summary>Less than a tenth is left.</summary>
    public bool IsLow => DailyLimit > 0 && Remain < DailyLimit / 10.0;
}

internal sealed class CallQuotaReadingTable : IEntityTypeConfiguration<CallQuotaReading>
{
    public void Configure(EntityTypeBuilder<CallQuotaReading> table)
    {
        table.ToTable("call_quotas");
        table.HasKey(q => q.Path);
        table.Ignore(q => q.IsUsedUp);
        table.Ignore(q => q.IsLow);
    }
}
