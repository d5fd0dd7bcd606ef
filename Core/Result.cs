using System.Diagnostics.CodeAnalysis;

namespace Bot.Core;

/// <summary>A value, or the refusal that stands in its place.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    private Result(T value) => _value = value;

    private Result(Refusal refusal) => _refusal = refusal;

    public static implicit operator Result<T>(T value) => new(value);

    public static implicit operator Result<T>(Refusal refusal) => new(refusal);

    public bool IsRefused([NotNullWhen(true)] out Refusal? refusal, [MaybeNullWhen(true)] out T value)
    {
        refusal = _refusal;
        value = _value;
        return refusal is not null;
    }

    public bool IsRefused([NotNullWhen(true)] out Refusal? refusal) => IsRefused(out refusal, out _);
}
