using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Server.Tests;

public sealed class VampQueueTests(ExportedModels exported)
{
    private static readonly AudioClip Sound = AudioFile.Read(RunningServer.Sound(), "in");

    [Fact]
    public async Task Add_AfterTheEnd_IsRefused()
    {
        var queue = new VampQueue(exported.Models, new ServerOptions());
        await queue.DisposeAsync();

        Assert.Equal("VNS0005", Assert.Throws<ServerException>(() => queue.Add(Sound, new VampOptions())).Id);
    }

    [Fact]
    public async Task Add_CancelledRequests_LeaveTheirPlaceAtOnce()
    {
        await using var queue = new VampQueue(exported.Models, new ServerOptions { QueueLength = 2 });
        VampOptions busy = new VampSettings { Steps = 512, FeedbackSteps = 16 }.ToOptions();
        VampJob running = queue.Add(Sound, busy);
        while (running.Status.State == JobState.Queued)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        for (int i = 0; i < 10; i++)
        {
            Assert.True(queue.Add(Sound, busy).Cancel());
        }

        VampJob last = queue.Add(Sound, new VampSettings { Steps = 1 }.ToOptions());
        Assert.True(running.Cancel());
        Assert.False(running.Cancel());
        await last.Completion.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(JobState.Done, last.Status.State);
    }
}
