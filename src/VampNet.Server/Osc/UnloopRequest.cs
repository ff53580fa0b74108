namespace VampNet.Server.Osc;

/// <summary>A <c>/process</c> message of upstream's Max patch.</summary>
/// <param name="Query">The patch's name for the request, given back with the answer.</param>
/// <param name="AudioPath">The recording, a file on this machine.</param>
/// <param name="LoopSeconds">Only this many seconds from the start are vamped.</param>
/// <param name="Settings">The controls.</param>
/// <remarks>Source: <c>unloop/client.py</c> of hugofloresgarcia/vampnet, <c>vampnet_process</c>: eighteen arguments in this
/// order.</remarks>
internal sealed record UnloopRequest(object? Query, string AudioPath, double LoopSeconds, VampSettings Settings)
{
    /// <summary>Variations that the patch asks for and loads.</summary>
    private const int Variations = 2;

    /// <summary>Reads the message.</summary>
    /// <param name="message">The arguments: query, kind of client, file, model, periodic prompt, dropout, seed, loop length in
    /// milliseconds, typical filtering, its mass, its least tokens, upper codebook mask, onset width, steps, temperature, top p, beat width
    /// in milliseconds, feedback steps.</param>
    /// <param name="randomSeed">The seed where the patch asks for a random one with 0.</param>
    /// <exception cref="FormatException">An argument is missing or of another kind.</exception>
    public static UnloopRequest Parse(OscMessage message, ulong randomSeed)
    {
        if (message.Text(1) is not "vampnet" and string other)
        {
            throw new FormatException($"the kind of client '{other}' where 'vampnet' is served");
        }

        double seed = message.Number(6),
            topP = message.Number(15);
        return new UnloopRequest(
            message.Arguments[0],
            message.Text(2),
            message.Number(7) / 1000,
            new VampSettings
            {
                Batch = Variations,
                PeriodicPrompt = (int)message.Number(4),
                Dropout = message.Number(5),
                Seed = seed > 0 ? (ulong)seed : randomSeed,
                TypicalFiltering = message.Number(8) != 0,
                TypicalMass = (float)message.Number(9),
                TypicalMinTokens = (int)message.Number(10),
                UpperCodebookMask = (int)message.Number(11),
                OnsetWidth = (int)message.Number(12),
                Steps = (int)message.Number(13),
                Temperature = (float)message.Number(14),
                TopP = topP > 0 ? (float)topP : null,
                BeatSeconds = message.Number(16) / 1000,
                FeedbackSteps = (int)message.Number(17),
            }
        );
    }
}
