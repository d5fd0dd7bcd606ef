using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Bot.Simulator.Platform;

/// <summary>
/// A pretend WeChat with one official account, one mini program and a few people. Everything in it happens under one lock;
/// only deliveries to the bot run outside.
/// </summary>
public sealed class FakeWeChat
{
    private static readonly string[] Names = ["用户甲", "用户乙", "用户丙", "用户丁", "用户戊", "用户己"];

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly WorldFile _file;
    private readonly Delivery _delivery;
    private readonly World _world;
    private readonly Signal _signal = new();
    private readonly Queue<ApiCall> _calls = new();
    private long _lastId;

    /// <param name="bot">Based at the bot's address; it must neither follow redirects nor keep cookies.</param>
    /// <param name="mode">For a new world; a loaded one keeps its own until <see cref="SetMode"/>.</param>
    public FakeWeChat(HttpClient bot, TimeProvider clock, PushMode mode, WorldFile? file = null, Patience? patience = null)
    {
        _clock = clock;
        _file = file ?? new WorldFile(null);
        _world = _file.Load(mode);
        _delivery = new Delivery(bot, clock, patience ?? Patience.AsWeChat);
        WebDomain = bot.BaseAddress?.Authority ?? throw new ArgumentException("The bot's client has no base address.", nameof(bot));
        MpTokens = new AccessTokens(clock);
        MiniTokens = new AccessTokens(clock);
        Logins = new LoginCodes(clock);

        // Message ids go on growing from run to run, as WeChat's do; under 2^53, because the page reads them as numbers.
        _lastId = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        while (_world.People.Count < 2)
        {
            AddPerson();
        }

        Change(() => { });
    }

    public const string FailureSentence = "该公众号提供的服务出现故障，请稍后再试";

    public Account Mp => _world.Mp;

    public Account Mini => _world.Mini;

    public IReadOnlyList<Person> People => Look(() => _world.People.ToList());

    public IReadOnlyList<SceneCode> Codes => Look(() => _world.Codes.ToList());

    public IReadOnlyList<ApiCall> Calls => Look(() => _calls.ToList());

    /// <summary>Followers without phones, for measurements.</summary>
    public Crowd? Crowd { get; set; }

    internal World World => _world;

    internal AccessTokens MpTokens { get; }

    internal AccessTokens MiniTokens { get; }

    internal LoginCodes Logins { get; }

    internal TimeProvider Clock => _clock;

    /// <summary>Host and port of the bot: the one domain that the account has registered for its pages.</summary>
    public string WebDomain { get; }

    /// <summary>Grows with every change.</summary>
    public long Version => _signal.Version;

    public Person AddPerson() => Change(() =>
    {
        var number = _world.People.Count;
        var person = new Person
        {
            Id = "u" + (number + 1),
            Name = number < Names.Length ? Names[number] : $"用户{number + 1}",
            OpenIds = { [Mp.AppId] = Chance.OpenId(), [Mini.AppId] = Chance.OpenId() },
            Allowances = { [Mp.AppId] = new SendAllowance(), [Mini.AppId] = new SendAllowance() },
        };
        _world.People.Add(person);
        return person;
    });

    public bool TryGetPerson(string id, [NotNullWhen(true)] out Person? person)
        => (person = Look(() => _world.People.Find(p => p.Id == id))) is not null;

    public Person? FindByOpenId(Account account, string? openId) => Look(() => _world.People.Find(p => p.OpenIdAt(account) == openId));

    public Account? FindAccount(string? appId) => appId == Mp.AppId ? Mp : appId == Mini.AppId ? Mini : null;

    internal AccessTokens TokensOf(Account account) => account == Mp ? MpTokens : MiniTokens;

    public void SetMode(PushMode mode) => Change(() => Mp.Mode = Mini.Mode = mode);

    /// <summary>Delivers one push and shows what comes back.</summary>
    public async Task<Exchange> SendAsync(Person person, Account account, Push push, CancellationToken ct)
    {
        var openId = person.OpenIdAt(account);
        var (writer, exchange) = Change(() =>
        {
            var now = _clock.GetUtcNow();
            if (push.Opens is { } trigger)
            {
                person.Allowances[account.AppId].Open(trigger, now);
            }

            var id = ++_lastId;
            var written = PushWriter.For(account, openId, push, now, id);
            var begun = new Exchange { Id = id, Kind = push.Kind, Account = account.Name, At = now, Push = written.Plain };
            person.Exchanges.Add(begun);
            return (written, begun);
        });

        var body = await _delivery.SendAsync(
            account, writer, exchange, attempt => Change(() => exchange.Attempts = [.. exchange.Attempts, attempt]), ct);
        var reading = body is null ? new ReplyReading("", null, exchange.Attempts[^1].Problem) : ReplyReader.Read(account, openId, body);
        Change(() =>
        {
            exchange.Received = body is null ? null : Encoding.UTF8.GetString(body);
            exchange.Opened = body is null ? null : reading.Opened;
            exchange.Reply = reading.Reply;
            exchange.Problem = reading.Problem;
            Show(person, push, exchange);
        });
        return exchange;
    }

    /// <summary>Tells the bot something about somebody without a phone, or about nobody in particular; nobody sees what it answers.</summary>
    internal Task TellAsync(string openId, Account account, Push push, CancellationToken ct)
    {
        var (now, id) = (_clock.GetUtcNow(), NextId());
        var writer = PushWriter.For(account, openId, push, now, id);
        return _delivery.SendAsync(account, writer, new Exchange { Id = id, Kind = push.Kind, Account = account.Name, At = now, Push = writer.Plain }, _ => { }, ct);
    }

    /// <summary>Ids of everything grow together.</summary>
    internal long NextId() => Look(() => ++_lastId);

    /// <summary>Adds a line to a person's chat.</summary>
    public ChatLine AddLine(Person person, Side side, string kind, Func<ChatLine, ChatLine> with, long? exchange = null) => Change(() =>
    {
        var line = with(new ChatLine(++_lastId, side, kind, _clock.GetUtcNow(), exchange));
        person.Lines.Add(line);
        return line;
    });

    public void SetFollows(Person person, bool follows) => Change(() =>
    {
        person.Follows = follows;
        if (follows)
        {
            person.FollowedAt = _clock.GetUtcNow().ToUnixTimeSeconds();
        }
        else
        {
            person.Allowances[Mp.AppId].Close();
        }
    });

    /// <summary>The QR code for a scene; one made up on the spot when the account has none, as a test would scan.</summary>
    public SceneCode CodeFor(string sceneOrUrl)
        => Look(() => _world.Codes.FindLast(c => c.Scene == sceneOrUrl || c.Url == sceneOrUrl)) ?? NewCode(sceneOrUrl, null);

    /// <param name="seconds">Null: permanent.</param>
    public SceneCode AddCode(string scene, int? seconds) => Change(() =>
    {
        // A permanent code asked for twice is the same code; a temporary one is new each time.
        if (seconds is null && _world.Codes.Find(c => c.Scene == scene && c.Until is null) is { } known)
        {
            return known;
        }

        var code = NewCode(scene, seconds is { } s ? _clock.GetUtcNow().AddSeconds(s) : null);
        _world.Codes.RemoveAll(c => c.Until <= _clock.GetUtcNow());
        _world.Codes.Add(code);
        return code;
    });

    internal void Note(ApiCall call) => Change(() =>
    {
        _calls.Enqueue(call);
        while (_calls.Count > 200)
        {
            _calls.Dequeue();
        }
    });

    internal T Look<T>(Func<T> look)
    {
        lock (_gate)
        {
            return look();
        }
    }

    internal void Change(Action change) => Change(() =>
    {
        change();
        return true;
    });

    internal T Change<T>(Func<T> change)
    {
        lock (_gate)
        {
            var result = change();
            _file.Save(_world);
            _signal.Raise();
            return result;
        }
    }

    /// <summary>Waits until there is something newer than <paramref name="version"/>.</summary>
    public Task WaitForChangeAsync(long version, CancellationToken ct)
        => _signal.WaitAsync(version, ct);

    private static SceneCode NewCode(string scene, DateTimeOffset? until)
        => new(scene, "gQ" + Chance.Text(94), "http://weixin.qq.com/q/" + Chance.Text(22), until);

    private void Show(Person person, Push push, Exchange exchange)
    {
        if (exchange.Problem is not null)
        {
            if (push.ShowsFailure)
            {
                AddLine(person, Side.Note, "text", line => line with { Text = FailureSentence }, exchange.Id);
            }

            return;
        }

        // What is answered to someone who has left does not arrive.
        if (exchange.Reply is { } reply && person.Follows)
        {
            AddLine(person, Side.Account, reply.Type, line => Shown(line, reply), exchange.Id);
        }
    }

    private static ChatLine Shown(ChatLine line, PassiveReply reply)
        => line with { Text = reply.Text, Title = reply.Title, Description = reply.Description, PictureUrl = reply.PictureUrl, Url = reply.Url };
}
