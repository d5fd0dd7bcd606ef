using System.Collections.Concurrent;
using Bot.Bench.Load;
using Bot.Bench.Setup;
using Bot.Core.HelpLine;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <param name="Words">As the person types them.</param>
internal sealed record HelpText(int Person, string Words, bool IsCrisis);

/// <param name="Milliseconds">Ascending: from the moment at which a text of danger was due until those on duty were called for it.</param>
/// <param name="CutOff">The same of those whose call the kill came before.</param>
/// <param name="Missed">Acknowledged, and nobody was called.</param>
/// <param name="Others">Cases for which somebody was called though nobody is in danger.</param>
internal sealed record CrisesCalled(IReadOnlyList<double> Milliseconds, IReadOnlyList<double> CutOff, int Missed, int Others);

/// <summary>Texts for the help line, and what became of each. One that was not answered is sent again with the same message id.</summary>
internal sealed class HelpTexts(Workspace workspace, BenchOptions options, List<HelpText> all, CancellationToken ct)
{
    private readonly List<byte[]> _pushes = Pushed(workspace, all);
    private readonly DateTimeOffset?[] _answeredAt = new DateTimeOffset?[all.Count];
    private readonly bool[] _isTaken = new bool[all.Count];
    private readonly double[] _took = new double[all.Count];
    private DateTimeOffset? _killedAt;

    public int Count => all.Count;

    public int Answered => _answeredAt.Count(a => a is not null);

    /// <summary>Said in a case and answered as such: by silence, by a receipt, or by the numbers.</summary>
    public int Taken => Enumerable.Range(0, all.Count).Count(n => all[n].Words != HelpLineBench.Begin && _isTaken[n]);

    /// <summary>Their writers were told that it could not be stored, or begun: they are to say it again.</summary>
    public int ToldNotTaken => _isTaken.Count(taken => !taken);

    /// <summary>Of danger, and told that nobody has it yet.</summary>
    public int CriesToldNotTaken => Crises.Count(n => !_isTaken[n]);

    /// <summary>Which of them tell of danger to life; one a person at most.</summary>
    public IReadOnlyList<int> Crises { get; } = [.. Enumerable.Range(0, all.Count).Where(n => all[n].IsCrisis)];

    /// <summary>Ascending: of each that was answered.</summary>
    public IReadOnlyList<double> Milliseconds => [.. _took.Where(ms => ms > 0).Order()];

    /// <summary>Sends what is not answered.</summary>
    /// <param name="killAfter">So many answers; 0 for never.</param>
    public void Send(int killAfter, Action kill)
    {
        List<int> open = [.. Enumerable.Range(0, all.Count).Where(n => _answeredAt[n] is null)];
        var left = killAfter;
        var result = new LoadRun(workspace.Address, options.Connections(48), ct).AtRate(options.HelpPerSecond, open.Count, i => _pushes[open[(int)i]], (i, response) =>
        {
            if (response.Status != 200)
            {
                return false;
            }

            _isTaken[open[(int)i]] = IsTaken(response.Body);
            _answeredAt[open[(int)i]] = TimeProvider.System.GetUtcNow();
            if (killAfter > 0 && Interlocked.Decrement(ref left) == 0)
            {
                _killedAt = TimeProvider.System.GetUtcNow();
                kill();
            }

            return true;
        });
        for (var i = 0; i < open.Count; i++)
        {
            _took[open[i]] = _answeredAt[open[i]] is null ? 0 : result.MillisecondsOf(i);
        }
    }

    /// <summary>Brings the calls together with the texts: whose case it is only the keys say.</summary>
    public async Task<CrisesCalled> CalledAsync(CalledAlerts calls, CancellationToken ct)
    {
        var (vault, aliases) = (workspace.Services.GetRequiredService<Vault>(), workspace.Services.GetRequiredService<HelpAliases>());
        var accounts = await workspace.InDbAsync(db => db.Accounts.ToDictionaryAsync(a => Convert.ToHexString(a.OpenIdHash), a => a.Id, ct));
        var cases = await workspace.InDbAsync(db => db.HelpCases.ToDictionaryAsync(c => Convert.ToHexString(c.HolderHash!), c => c.Id, ct));
        var (seen, inTime, cutOff, missed) = (new HashSet<int>(), new List<double>(), new List<double>(), 0);
        foreach (var crisis in Crises)
        {
            var account = accounts[Convert.ToHexString(vault.Hash(Workspace.AppId, Population.OpenId(all[crisis].Person)))];
            if (_answeredAt[crisis] is not { } answeredAt || !cases.TryGetValue(Convert.ToHexString(aliases.HolderOf(account)), out var caseId) || calls.At(caseId) is not { } calledAt)
            {
                missed += _isTaken[crisis] ? 1 : 0;
                continue;
            }

            seen.Add(caseId);
            var due = answeredAt.AddMilliseconds(-_took[crisis]);
            (due < _killedAt && calledAt > _killedAt ? cutOff : inTime).Add(Math.Max(0, (calledAt - due).TotalMilliseconds));
        }

        return new CrisesCalled([.. inTime.Order()], [.. cutOff.Order()], missed, calls.Count - seen.Count);
    }

    private static bool IsTaken(ReadOnlySpan<byte> answer) => answer.SequenceEqual("success"u8) || answer.IndexOf("这里可以和 12355"u8) >= 0 || answer.IndexOf("收到，已经转给"u8) >= 0 || answer.IndexOf("你说的让人很担心"u8) >= 0;

    private static List<byte[]> Pushed(Workspace workspace, List<HelpText> all)
    {
        var kinds = all.Select(t => t.Words).Distinct().ToDictionary(words => words, words => new Pushes(words, safe: false));
        return [.. all.Select(t => kinds[t.Words].Push(Population.OpenId(t.Person), workspace.Address.ToString()))];
    }
}

/// <summary>Looks again and again for which cases those on duty have been called.</summary>
internal sealed class CalledAlerts : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, DateTimeOffset> _calledAt = [];
    private readonly Task _looking;

    public CalledAlerts(Workspace workspace) => _looking = Task.Run(() => LookAsync(workspace));

    public int Count => _calledAt.Count;

    public DateTimeOffset? At(int caseId) => _calledAt.TryGetValue(caseId, out var at) ? at : null;

    /// <summary>Waits until there are so many.</summary>
    public async Task SettleAsync(int count, TimeSpan atMost, CancellationToken ct)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (Count < count && TimeProvider.System.GetElapsedTime(begun) < atMost)
        {
            await Task.Delay(Between, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    private async Task LookAsync(Workspace workspace)
    {
        while (!_stop.IsCancellationRequested)
        {
            var called = await workspace.InDbAsync(db => db.HelpAlerts.Where(a => a.Kind == HelpAlertKind.Crisis && a.Level > 0).Select(a => a.CaseId).ToListAsync());
            var now = TimeProvider.System.GetUtcNow();
            called.ForEach(id => _calledAt.TryAdd(id, now));
            await Task.Delay(Between);
        }
    }
}
