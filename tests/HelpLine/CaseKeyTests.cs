using System.Security.Cryptography;
using Bot.Core.HelpLine;
using Bot.Core.Privacy;

namespace Bot.Tests.HelpLine;

/// <summary>The key store: what is sealed opens in its place alone, and with the file of its key it is gone.</summary>
public sealed class CaseKeyTests : IDisposable
{
    private const string Words = "这几天睡不着";

    private readonly string _folder = Directory.CreateTempSubdirectory("case-keys-").FullName;

    private string Media => Path.Combine(_folder, "media");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_sealed_opens_with_the_same_key_after_a_restart()
    {
        string id;
        byte[] sealedBytes;
        using (var key = Store().Create())
        {
            (id, sealedBytes) = (key.Id, key.Seal(new HelpBody(Words), "m1"));
        }

        using var opened = Store().Open(id)!;

        Assert.Equal(Words, opened.OpenBody(sealedBytes, "m1").Text);
    }

    [Fact]
    public void It_opens_neither_under_another_name_nor_in_another_case_nor_when_a_bit_has_changed()
    {
        var store = Store();
        using var key = store.Create();
        using var other = store.Create();
        var sealedBytes = key.Seal(Words, "m1");

        Assert.Throws<AuthenticationTagMismatchException>(() => key.Open(sealedBytes, "m2"));
        Assert.Throws<AuthenticationTagMismatchException>(() => other.Open(sealedBytes, "m1"));
        sealedBytes[14] ^= 1;
        Assert.Throws<AuthenticationTagMismatchException>(() => key.Open(sealedBytes, "m1"));
    }

    [Fact]
    public void A_destroyed_key_is_gone_with_the_pictures_and_a_repeat_does_nothing()
    {
        var store = Store();
        using var key = store.Create();
        var picture = key.Keep([1, 2, 3]);
        Assert.Equal(new byte[] { 1, 2, 3 }, key.Fetch(picture));

        store.Destroy(key.Id);
        store.Destroy(key.Id);

        Assert.Null(store.Open(key.Id));
        Assert.Null(key.Fetch(picture));
        Assert.Empty(store.All());
    }

    [Fact]
    public void Neither_a_key_nor_a_picture_lies_there_as_it_is()
    {
        using var key = Store().Create();
        var picture = RandomNumberGenerator.GetBytes(64);
        key.Keep(picture);

        var files = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes).ToList();

        Assert.DoesNotContain(files, file => file.AsSpan().IndexOf(key.Bytes) >= 0 || file.AsSpan().IndexOf(picture) >= 0);
    }

    [Fact]
    public void After_rotation_everything_opens_and_no_file_is_wrapped_as_before()
    {
        var store = Store();
        using var key = store.Create();
        var sealedBytes = key.Seal(Words, "m1");
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "keys", "help"), "*.key", SearchOption.AllDirectories));
        var before = File.ReadAllBytes(file);

        Assert.Equal(1, store.Rotate());

        Assert.NotEqual(before[0], File.ReadAllBytes(file)[0]);
        using var opened = Store().Open(key.Id)!;
        Assert.Equal(Words, opened.Open(sealedBytes, "m1"));
        using var next = store.Create();
        Assert.NotNull(Store().Open(next.Id));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("00000000000000000000000000000000/x")]
    public void Only_ids_of_ours_become_paths(string id) => Assert.Throws<ArgumentException>(() => Store().Open(id));

    private CaseKeys Store() => new(new HelpLineOptions { MediaPath = Media }, new KeysOptions { Path = Path.Combine(_folder, "keys") }, KeyRing.Open(Path.Combine(_folder, "keys")));
}
