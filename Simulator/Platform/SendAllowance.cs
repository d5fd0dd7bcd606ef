namespace Bot.Simulator.Platform;

/// <summary>What a person did that lets the account write to them of its own accord (customer-service messages, quota per trigger).</summary>
public enum Trigger
{
    Message,
    MenuClick,
    Subscribe,
    Scan,
    MiniEntrance,
}

/// <summary>How many customer-service messages one account may still send to one person.</summary>
public sealed class SendAllowance
{
    /// <summary>The open windows; each trigger has its own and a repeated trigger resets it to its maximum.</summary>
    public Dictionary<Trigger, SendWindow> Windows { get; init; } = [];

    public void Open(Trigger trigger, DateTimeOffset now)
        => Windows[trigger] = trigger switch
        {
            Trigger.Message => new SendWindow(5, now.AddHours(48)),
            Trigger.MiniEntrance => new SendWindow(2, now.AddMinutes(1)),
            _ => new SendWindow(3, now.AddMinutes(1)),
        };

    public void Close() => Windows.Clear();

    /// <summary>Takes one message from the window that ends first.</summary>
    /// <returns>0, or the errcode: 45015 no window is open, 45047 all open ones are used up.</returns>
    public int Take(DateTimeOffset now)
    {
        var open = Windows.Where(w => w.Value.Until > now).OrderBy(w => w.Value.Until).ToList();
        if (open.Count == 0)
        {
            return 45015;
        }

        foreach (var (trigger, window) in open.Where(w => w.Value.Left > 0).Take(1))
        {
            Windows[trigger] = window with { Left = window.Left - 1 };
            return 0;
        }

        return 45047;
    }
}

public sealed record SendWindow(int Left, DateTimeOffset Until);
