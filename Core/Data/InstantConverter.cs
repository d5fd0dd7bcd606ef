using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Bot.Core.Data;

/// <summary>SQLite can neither sort nor compare DateTimeOffset, so instants are stored as milliseconds since 1970 UTC on both databases.</summary>
public sealed class InstantConverter()
    : ValueConverter<DateTimeOffset, long>(instant => instant.ToUnixTimeMilliseconds(), stored => DateTimeOffset.FromUnixTimeMilliseconds(stored));
