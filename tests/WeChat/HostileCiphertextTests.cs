using System.Buffers.Binary;
using System.Text;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class HostileCiphertextTests
{
    private readonly Platform _platform = new(new FixedClock());

    [Theory]
    [InlineData("!!!!")]
    [InlineData("A")]
    [InlineData("AAAA")]
    [InlineData("学习")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    public void What_is_no_ciphertext_is_malformed(string encrypted)
        => Assert.Equal(OpenedAs.Malformed, _platform.PushCiphertext(_platform.Callback(CallbackMode.Safe), encrypted).As);

    [Fact]
    public void A_truncated_ciphertext_is_malformed_wherever_it_ends()
    {
        var encrypted = Platform.Encrypt(Platform.Text, Platform.Key, Platform.AppId);
        var callback = _platform.Callback(CallbackMode.Safe);

        for (var length = 1; length < encrypted.Length; length++)
        {
            Assert.NotEqual(OpenedAs.Message, _platform.PushCiphertext(callback, encrypted[..length]).As);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    [InlineData(255)]
    public void A_padding_byte_outside_1_to_32_is_malformed(byte padding)
    {
        byte[] plain = [.. new byte[16], 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(Platform.AppId), .. new byte[26]];
        plain[^1] = padding;

        Assert.Equal(OpenedAs.Malformed, _platform.PushCiphertext(_platform.Callback(CallbackMode.Safe), Platform.EncryptPadded(plain, Platform.Key)).As);
    }

    [Fact]
    public void A_padding_with_one_byte_that_differs_is_malformed()
    {
        var message = Encoding.UTF8.GetBytes(Platform.Text);
        byte[] head = [.. new byte[16], 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message, .. Encoding.ASCII.GetBytes(Platform.AppId)];
        var padding = (byte)(32 - (head.Length % 32));
        Assert.True(padding > 1);
        byte[] right = [.. head, .. Enumerable.Repeat(padding, padding)];
        byte[] wrong = [.. right];
        wrong[^padding] ^= 1;
        var callback = _platform.Callback(CallbackMode.Safe);

        Assert.Equal(OpenedAs.Message, _platform.PushCiphertext(callback, Platform.EncryptPadded(right, Platform.Key)).As);
        Assert.Equal(OpenedAs.Malformed, _platform.PushCiphertext(callback, Platform.EncryptPadded(wrong, Platform.Key)).As);
    }

    [Fact]
    public void A_padding_longer_than_the_whole_is_malformed()
        => Assert.Equal(
            OpenedAs.Malformed,
            _platform.PushCiphertext(_platform.Callback(CallbackMode.Safe), Platform.EncryptPadded([.. Enumerable.Repeat((byte)32, 16)], Platform.Key)).As);

    [Theory]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(4096u)]
    public void A_length_field_beyond_the_message_is_malformed_and_costs_no_memory(uint length)
    {
        byte[] plain = [.. new byte[20], .. Encoding.UTF8.GetBytes(Platform.Text + Platform.AppId)];
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(16), length);
        var encrypted = Platform.EncryptRaw(plain, Platform.Key);
        var callback = _platform.Callback(CallbackMode.Safe);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(OpenedAs.Malformed, _platform.PushCiphertext(callback, encrypted).As);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_length_field_that_is_off_by_one_is_refused()
    {
        var message = Encoding.UTF8.GetBytes(Platform.Text);
        foreach (var off in new[] { -1, 1 })
        {
            byte[] plain = [.. new byte[20], .. message, .. Encoding.ASCII.GetBytes(Platform.AppId)];
            BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(16), (uint)(message.Length + off));

            Assert.Equal(OpenedAs.Forbidden, _platform.PushCiphertext(_platform.Callback(CallbackMode.Safe), Platform.EncryptRaw(plain, Platform.Key)).As);
        }
    }

    [Fact]
    public void A_ciphertext_shorter_than_its_head_is_malformed()
        => Assert.Equal(OpenedAs.Malformed, _platform.PushCiphertext(_platform.Callback(CallbackMode.Safe), Platform.EncryptRaw(new byte[19], Platform.Key)).As);
}
