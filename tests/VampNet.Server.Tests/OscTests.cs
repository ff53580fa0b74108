using System.Net;
using System.Net.Sockets;
using VampNet.Runtime.Audio;
using VampNet.Server.Osc;

namespace VampNet.Server.Tests;

public sealed class OscTests(ExportedModels exported) : IDisposable
{
    private readonly UdpClient _patch = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly string _folder = Directory.CreateTempSubdirectory("vampnet-patch-").FullName;

    public void Dispose()
    {
        _patch.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Heartbeat_IsAnsweredWithPong()
    {
        await using RunningServer server = await StartAsync();

        await SendAsync(server, new OscMessage("/heartbeat", []));

        OscMessage answer = await ReceiveAsync();
        Assert.Equal("/heartbeat", answer.Address);
        Assert.Equal(["pong"], answer.Arguments);
    }

    [Fact]
    public async Task Process_OfThePatch_GivesTwoFilesAndCleanupRemovesThem()
    {
        string path = Path.Combine(_folder, "loop.wav");
        await File.WriteAllBytesAsync(path, RunningServer.Sound(), TestContext.Current.CancellationToken);
        await using RunningServer server = await StartAsync();

        await SendAsync(server, Process(7, path, 300f));
        OscMessage answer = await ReceiveAsync("/process-result", "/error");

        Assert.Equal("/process-result", answer.Address);
        Assert.Equal((7, 3), (answer.Arguments[0], answer.Arguments.Count));
        AudioClip given = AudioFile.Read(RunningServer.Sound(), "in");
        foreach (string file in answer.Arguments.Skip(1).Cast<string>())
        {
            AudioClip made = AudioFile.Read(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), file);
            // The patch's loop is 300 ms long; what lies behind it stays.
            Assert.Equal((given.SampleRate, given.Length), (made.SampleRate, made.Length));
            Assert.Equal(given.Channels[0][6700..], made.Channels[0][6700..]);
        }

        string result = (string)answer.Arguments[1]!;
        await SendAsync(server, new OscMessage("/cleanup", [path]));
        await SendAsync(server, new OscMessage("/cleanup", [result]));
        await SendAsync(server, new OscMessage("/heartbeat", []));
        await ReceiveAsync("/heartbeat");
        Assert.True(File.Exists(path));
        Assert.False(File.Exists(result));
    }

    [Fact]
    public async Task Process_ThatCannotBeDone_IsAnError()
    {
        await using RunningServer server = await StartAsync();

        await SendAsync(server, Process(1, Path.Combine(_folder, "none.wav"), 0));
        Assert.Contains("VNR0100", (string)(await ReceiveAsync("/error")).Arguments[0]!, StringComparison.Ordinal);
        await SendAsync(server, new OscMessage("/process", [1, "sketch2sound", "x"]));
        Assert.Contains("sketch2sound", (string)(await ReceiveAsync("/error")).Arguments[0]!, StringComparison.Ordinal);
        await SendAsync(server, new OscMessage("/process", [1, "vampnet"]));
        Assert.Contains("argument", (string)(await ReceiveAsync("/error")).Arguments[0]!, StringComparison.Ordinal);
        await _patch.SendAsync(
            "rubbish"u8.ToArray(),
            new IPEndPoint(IPAddress.Loopback, server.Server.OscPort!.Value),
            TestContext.Current.CancellationToken
        );
        await ReceiveAsync("/error");
    }

    [Fact]
    public void Parse_EveryType_IsRead()
    {
        byte[] packet =
        [
            .. "/a\0\0"u8,
            .. ",ifshdTFNb\0\0"u8,
            0,
            0,
            0,
            5,
            0x3F,
            0x80,
            0,
            0,
            .. "text\0\0\0\0"u8,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            9,
            0x40,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            77,
            0,
            0,
            0,
        ];

        OscMessage message = Assert.Single(OscMessage.Parse(packet));

        Assert.Equal("/a", message.Address);
        Assert.Equal([5, 1f, "text", 9L, 2.0, true, false, null], message.Arguments.Take(8));
        Assert.Equal([77], Assert.IsType<byte[]>(message.Arguments[8]));
    }

    [Fact]
    public void Parse_Bundle_GivesItsMessages()
    {
        byte[] one = new OscMessage("/one", [1]).ToBytes(),
            two = new OscMessage("/two", ["x", 2f]).ToBytes();
        byte[] bundle = [.. "#bundle\0"u8, .. new byte[8], 0, 0, 0, (byte)one.Length, .. one, 0, 0, 0, (byte)two.Length, .. two];

        Assert.Equal(["/one", "/two"], OscMessage.Parse(bundle).Select(message => message.Address));
    }

    [Fact]
    public void Parse_DamagedPackets_ThrowFormatExceptionAlone()
    {
        byte[] whole = Process(3, "/tmp/x.wav", 100).ToBytes();
        var random = new Random(5);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] damaged = whole[..random.Next(whole.Length + 1)];
            for (int i = random.Next(4); i > 0 && damaged.Length > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                OscMessage.Parse(damaged);
            }
            catch (FormatException problem)
            {
                Assert.NotEmpty(problem.Message);
            }
        }
    }

    private static OscMessage Process(int query, string path, float loopMilliseconds) =>
        new("/process", [query, "vampnet", path, "default", 7, 0f, 0, loopMilliseconds, 0, 0.15f, 64, 3, 0, 2, 1f, 0f, 0, 1]);

    private async Task SendAsync(RunningServer server, OscMessage message) =>
        await _patch.SendAsync(
            message.ToBytes(),
            new IPEndPoint(IPAddress.Loopback, server.Server.OscPort!.Value),
            TestContext.Current.CancellationToken
        );

    private async Task<OscMessage> ReceiveAsync(params string[] addresses)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            OscMessage message = OscMessage.Parse((await _patch.ReceiveAsync(patience.Token)).Buffer)[0];
            if (addresses.Length == 0 || addresses.Contains(message.Address))
            {
                return message;
            }
        }
    }

    private Task<RunningServer> StartAsync() =>
        RunningServer.StartAsync(
            exported.Models,
            new ServerOptions { OscReceivePort = 0, OscSendPort = ((IPEndPoint)_patch.Client.LocalEndPoint!).Port }
        );
}
