using System.Net;
using VampNet.Runtime;

namespace VampNet.Server;

/// <summary>Options of <see cref="VampServer"/>: addresses and limits.</summary>
public sealed record ServerOptions
{
    /// <summary>The address to listen on. One other than loopback needs a <see cref="Token"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The HTTP port; 0 for a free one.</summary>
    public int Port { get; init; } = 8000;

    /// <summary>The token that clients must send as <c>Authorization: Bearer TOKEN</c>; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Requests that may wait while another runs. More are refused with 429.</summary>
    public int QueueLength { get; init; } = 16;

    /// <summary>Ended requests whose results are kept for fetching; the oldest go first.</summary>
    public int KeptResults { get; init; } = 64;

    /// <summary>Bytes of codes that are kept, so that a recording that comes again, with other settings for instance, is not encoded again;
    /// 0 for none. The codes used least recently go first. Ten minutes of the released codec take 4 MB.</summary>
    public long CodeCacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most bytes a request's body may have.</summary>
    public long BodyLimit { get; init; } = 64 * 1024 * 1024;

    /// <summary>The longest recording that is taken, in seconds.</summary>
    public double LongestSeconds { get; init; } = 600;

    /// <summary>The UDP port to take OSC on, always at loopback; null for no OSC, 0 for a free one.</summary>
    public int? OscReceivePort { get; init; } = 8001;

    /// <summary>The UDP port at loopback that OSC answers go to.</summary>
    public int OscSendPort { get; init; } = 8003;

    /// <summary>The folder of the page that vamps in a browser, served at /; null for none.</summary>
    public string? WebFolder { get; init; }

    /// <summary>Values of the controls that a request leaves out.</summary>
    public VampOptions DefaultVamp { get; init; } = new();

    /// <summary>Refuses an address that other machines can reach without a token.</summary>
    /// <exception cref="ServerException">VNS0001: no token. VNS0011: no page in its folder.</exception>
    internal void Validate()
    {
        if (!IPAddress.IsLoopback(Address) && string.IsNullOrEmpty(Token))
        {
            throw new ServerException(
                ServerErrorIds.TokenNeeded,
                found: $"the address {Address}, which other machines can reach, and no token",
                expected: "a token for an address other than loopback",
                advice: "Set one, or listen on 127.0.0.1"
            );
        }

        if (WebFolder is not null)
        {
            WebPage.Require(WebFolder);
        }
    }
}
