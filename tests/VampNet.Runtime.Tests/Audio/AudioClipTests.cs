using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class AudioClipTests
{
    [Fact]
    public void ToMono_SeveralChannels_IsTheirMean() =>
        Assert.Equal([2f, 0f], new AudioClip(10, [1f, -3f], [2f, 0f], [3f, 3f]).ToMono().Channels[0]);

    [Fact]
    public void ToMono_OneChannel_IsItself()
    {
        AudioClip clip = new(10, [1f, 2f]);

        Assert.Same(clip, clip.ToMono());
        Assert.Equal(TimeSpan.FromSeconds(0.2), clip.Duration);
    }

    [Fact]
    public void AudioClip_ChannelsThatDisagree_AreAProgrammingError()
    {
        Assert.Throws<ArgumentException>(() => new AudioClip(10, [1f], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => new AudioClip(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AudioClip(0, [1f]));
    }
}
