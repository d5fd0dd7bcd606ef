using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Bot.Core.Data;
using Bot.Core.HelpLine;
using Bot.Core.Pushes;
using Bot.Tests.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.HelpLine;

/// <summary>Nothing of a case lies about: not in the database's files or its backup, not in the log, not in what is measured, and nothing anywhere once it is erased.</summary>
public sealed class HelpSecrecyTests : IAsyncLifetime
{
    private static readonly string[] Secrets = ["租房押金要不回来", "小树苗", "先别急着签字", "打过电话", "保管人看的理由", "青城公园南门", "o-grep-openid"];

    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task After_a_whole_talk_no_word_of_it_and_no_openid_stands_in_any_file_or_log()
    {
        using var measured = new Measured();
        var id = await TalkAsync();
        await _room.Bot.InDb(db => db.Database.IsSqliteDatabase() ? db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(PASSIVE)") : Task.FromResult(0));
        await _room.Bot.InDb(db => db.Database.IsSqliteDatabase() ? db.Database.ExecuteSqlAsync($"VACUUM INTO {Path.Combine(_room.Bot.Folder, "backup.db")}") : Task.FromResult(0));
        var (log, rows, said) = (_room.Bot.Log.Text, await DumpAsync(), measured.Text);
        Assert.Contains("http.server.request.duration", said, StringComparison.Ordinal);

        foreach (var secret in Secrets)
        {
            var bytes = Encoding.UTF8.GetBytes(secret);
            foreach (var file in Directory.GetFiles(_room.Bot.Folder, "*", SearchOption.AllDirectories))
            {
                Assert.False((await ReadAsync(file)).AsSpan().IndexOf(bytes) >= 0, $"'{secret}' stands in {Path.GetFileName(file)}.");
            }

            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, rows, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(bytes), rows, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
        }

        Assert.Contains("租房押金", (await HelpRoom.CaseAsync(_room.Zhao, id)).DocumentElement.TextContent, StringComparison.Ordinal); // and yet the team reads it
    }

    [Fact]
    public async Task Kept_long_enough_the_key_is_destroyed_and_a_figure_without_a_name_stays()
    {
        var id = await TalkAsync();
        Assert.Null(await _room.ClosesAsync("zhao", id, HelpOutcome.OutOfScope));
        await EraseAsync();
        Assert.Null((await _room.OfAsync(id)).ErasedAt);

        _room.Passes(TimeSpan.FromDays(31));
        await EraseAsync();

        var gone = await _room.OfAsync(id);
        Assert.Equal((null, null, null, "", HelpTopic.Law), (gone.HolderHash, gone.HolderSealed, gone.CalledSealed, gone.Alias, gone.Topic));
        Assert.Empty(_room.Bot.Services.GetRequiredService<CaseKeys>().All());
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpMessages.CountAsync()));
        Assert.Equal("help.erased", await _room.RefusalAsync<HelpCases, HelpThread>("zhao", (cases, me) => cases.ReadAsync(me, id, default)));
        Assert.NotEqual(0, await _room.ReadsAsync(id, "zhao")); // who read it stays on record
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_has_their_account_deleted_takes_their_cases_with_it(bool byPlatform)
    {
        var id = await TalkAsync();
        _room.Office.Says(45015);
        await _room.RepliesAsync(_room.Zhao, id, "还在吗");
        await _room.SendAllAsync();

        if (byPlatform)
        {
            await _room.Bot.Phone("o-grep-openid").Cancels();
        }
        else
        {
            await _room.Bot.SayAsync("o-grep-openid", "结束", "隐私 删除", "确认删除");
        }

        Assert.NotNull((await _room.OfAsync(id)).ErasedAt);
        Assert.Empty(_room.Bot.Services.GetRequiredService<CaseKeys>().All());
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpMessages.CountAsync()));
    }

    [Fact]
    public async Task What_was_sent_is_forgotten_a_day_after_and_the_case_still_says_that_it_arrived()
    {
        var id = await TalkAsync();
        await _room.SendAllAsync();
        _room.Passes(TimeSpan.FromHours(25));

        await EraseAsync();

        Assert.Equal(0, await _room.Bot.InDb(db => db.Outbox.CountAsync(m => m.Code == HelpOutbox.Reply)));
        Assert.Equal(OutboxState.Sent, (await _room.ThreadAsync("zhao", id)).Entries.Single(e => e.Text == "先别急着签字").Delivered);
    }

    [Fact]
    public async Task The_outbox_and_the_case_have_no_word_in_common()
    {
        await TalkAsync();

        var rows = await _room.Bot.InDb(db => db.Outbox.AsNoTracking().Where(m => m.Code == HelpOutbox.Reply).Select(m => m.MessageKey).ToListAsync());
        var dump = await _room.Bot.InDb(db => db.HelpMessages.AsNoTracking().Select(m => m.MessageKey + " " + m.MediaFile + " " + m.Answer).ToListAsync());

        Assert.All(rows, key => Assert.DoesNotContain(dump, line => line.Contains(key["help-reply:".Length..], StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_key_of_a_message_that_stands_beside_an_account_stands_in_no_case()
    {
        var id = await TalkAsync();
        _room.Office.Says(45015);
        await _room.RepliesAsync(_room.Zhao, id, "还在吗");
        await _room.SendAllAsync();
        await _room.Bot.SayAsync("o-grep-openid", "在的");

        var told = await _room.Bot.InDb(db => db.Outbox.Where(m => m.ToldWith != null).Select(m => m.ToldWith!).ToListAsync());
        var kept = await _room.Bot.InDb(async db => (await db.HelpMessages.Select(m => m.MessageKey).ToListAsync()).Concat(await db.HelpCases.Select(c => c.StepKey!).ToListAsync()).ToList());

        Assert.NotEmpty(told);
        Assert.Empty(told.Intersect(kept));
    }

    private Task EraseAsync() => _room.Bot.Services.GetRequiredService<HelpErasure>().RunAsync(default);

    private async Task<int> TalkAsync()
    {
        var phone = _room.Bot.Phone("o-grep-openid");
        await _room.Bot.SayAsync("o-grep-openid", "求助", "1", "3", "2", "小树苗", "租房押金要不回来");
        await phone.SendsPlace("青城公园南门");
        var id = await _room.Bot.InDb(db => db.HelpCases.Select(c => c.Id).SingleAsync());
        await _room.RepliesAsync(_room.Zhao, id, "先别急着签字");
        Assert.Null(await _room.RefusalAsync<HelpSteps, int>("zhao", (steps, me) => steps.NoteAsync(me, id, "打过电话", "form-note", default)));
        Assert.Null(await _room.RefusalAsync<HelpReveals, int>("zhao", (reveals, me) => reveals.AskAsync(me, id, "保管人看的理由", default)));
        await _room.SendAllAsync();
        return id;
    }

    /// <summary>Every row of every table, as PostgreSQL, whose files are elsewhere, would back it up; "" on SQLite, whose files have been searched.</summary>
    private Task<string> DumpAsync() => _room.Bot.InDb(async db =>
    {
        if (db.Database.IsSqliteDatabase())
        {
            return "";
        }

        var rows = new List<string>();
        foreach (var table in await db.Database.SqlQuery<string>($"SELECT tablename AS \"Value\" FROM pg_tables WHERE schemaname = 'public'").ToListAsync())
        {
#pragma warning disable EF1002 // the names are the database's own
            rows.AddRange(await db.Database.SqlQueryRaw<string>($"SELECT row_to_json(t)::text AS \"Value\" FROM \"{table}\" t").ToListAsync());
#pragma warning restore EF1002
        }

        Assert.NotEmpty(rows);
        return string.Join('\n', rows);
    });

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>Everything that the process measures while this lives: names and tags. It sends no traces.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly ConcurrentDictionary<string, byte> _said = [];
        private readonly MeterListener _listener = new() { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };

        public Measured()
        {
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
            _listener.Start();
        }

        public string Text
        {
            get
            {
                _listener.RecordObservableInstruments();
                return string.Join('\n', _said.Keys);
            }
        }

        public void Dispose() => _listener.Dispose();

        private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                _said.TryAdd($"{instrument.Name} {tag.Key}={tag.Value}", 0);
            }
        }
    }
}
