using System.Collections.Concurrent;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Page;

/// <summary>Every person's phone, each made once and kept, so that its browser stays signed in.</summary>
public sealed class Phones(FakeWeChat wechat, HttpClient bot)
{
    private readonly ConcurrentDictionary<string, Phone> _phones = new(StringComparer.Ordinal);

    /// <summary>For what belongs to nobody, such as a font that a style sheet asks for.</summary>
    public HttpClient Nobody => bot;

    public Phone Of(Person person) => _phones.GetOrAdd(person.Id, _ => new Phone(wechat, person, new PhoneBrowser(bot, wechat, person)));

    public Phone? Find(string? id) => id is not null && wechat.TryGetPerson(id, out var person) ? Of(person) : null;

    /// <summary>One more person with a phone.</summary>
    public Phone New() => Of(wechat.AddPerson());
}
