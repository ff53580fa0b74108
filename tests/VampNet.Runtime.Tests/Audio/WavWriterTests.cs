using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class WavWriterTests
{
    private static readonly AudioClip Clip = new(48000, [-1f, 0.5f, 1 / 3f], [0f, 2f, -7f]);

    [Theory]
    [InlineData(WavEncoding.Pcm16, 32768)]
    [InlineData(WavEncoding.Pcm24, 8388608)]
    public void Write_Integers_RoundsAndSaturates(WavEncoding encoding, int scale)
    {
        AudioClip back = RoundTrip(Clip, encoding);

        Assert.Equal(48000, back.SampleRate);
        Assert.Equal([-1f, 0.5f, (float)Math.Round(scale / 3.0) / scale], back.Channels[0]);
        Assert.Equal([0f, (scale - 1f) / scale, -1f], back.Channels[1]);
    }

    [Fact]
    public void Write_Floats_KeepsEveryBit() => Assert.Equal(Clip.Channels, RoundTrip(Clip, WavEncoding.Float32).Channels);

    [Fact]
    public void Write_LongerThanOneBlock_WritesAll()
    {
        float[] samples = [.. Enumerable.Range(0, 9_001).Select(index => index / 9_001f)];

        Assert.Equal(samples, RoundTrip(new AudioClip(8000, [samples]), WavEncoding.Float32).Channels[0]);
    }

    [Theory]
    [InlineData(WavEncoding.Pcm16)]
    [InlineData(WavEncoding.Pcm24)]
    [InlineData(WavEncoding.Float32)]
    public void Write_AnyEncoding_StatesTheFilesSize(WavEncoding encoding)
    {
        MemoryStream stream = new();
        WavWriter.Write(stream, new AudioClip(8000, [0.1f, 0.2f, 0.3f]), encoding);

        Assert.Equal(0, stream.Length % 2);
        Assert.Equal(stream.Length - 8, BitConverter.ToUInt32(stream.ToArray(), 4));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Write_SampleNotFinite_IsRefusedBeforeWriting(float bad)
    {
        MemoryStream stream = new();

        RuntimeException error = Assert.Throws<RuntimeException>(() =>
            WavWriter.Write(stream, new AudioClip(8000, [0f, bad]), WavEncoding.Pcm16)
        );

        Assert.Equal("VNR0110", error.Id);
        Assert.Contains("position 1 of channel 0", error.Message);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void CountBytes_OverFourGigabytes_IsRefused()
    {
        Assert.Equal(4_000_000_000, WavWriter.CountBytes(1_000_000_000, 4));
        Assert.Equal("VNR0106", Assert.Throws<RuntimeException>(() => WavWriter.CountBytes(1_100_000_000, 4)).Id);
    }

    private static AudioClip RoundTrip(AudioClip clip, WavEncoding encoding)
    {
        MemoryStream stream = new();
        WavWriter.Write(stream, clip, encoding);
        stream.Position = 0;
        return WavReader.Read(stream, "written.wav");
    }
}
