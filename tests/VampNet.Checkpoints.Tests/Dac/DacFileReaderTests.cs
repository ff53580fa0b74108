using System.Text;
using VampNet.Checkpoints.Dac;
using VampNet.Checkpoints.Writing;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests.Dac;

public sealed class DacFileReaderTests
{
    private static readonly byte[] Header = File.ReadAllBytes(Golden.Path("dac/even/stereo.dac"))[..128];

    [Theory]
    [InlineData("even", 9, 52, 26460, 44100)]
    [InlineData("odd", 12, 45, 14400, 24000)]
    [InlineData("latent", 18, 52, 26460, 44100)]
    public void Read_UpstreamsFile_GivesItsCodesAndSettings(string name, int codebooks, int frames, int length, int rate)
    {
        DacFile file = DacFileReader.Read(Golden.Path($"dac/{name}/stereo.dac"));

        using Checkpoint decoded = Checkpoint.Open(Golden.Path($"dac/{name}/stereo_dac_decoded.safetensors"));
        Assert.Equal(decoded.Tensors["codes"].ToInt64s(), file.Codes.Select(code => (long)code));
        Assert.Equal((2, codebooks, frames), (file.Channels, file.Codebooks, file.Frames));
        Assert.Equal((length, rate, frames, true), (file.OriginalLength, file.SampleRate, file.ChunkLength, file.IsPadded));
        Assert.Equal([-16f], file.InputLoudness);
    }

    [Theory]
    [InlineData("protocol2")]
    [InlineData("protocol4_numpy2")]
    [InlineData("fortran_big_endian")]
    public void Read_OtherFormsOfThePickle_GivesTheSame(string name)
    {
        DacFile file = DacFileReader.Read(Golden.Path($"dac/forms/{name}.dac"));

        Assert.Equal(Enumerable.Range(0, 24).Select(code => (ushort)code), file.Codes);
        Assert.Equal((2, 3, 4), (file.Channels, file.Codebooks, file.Frames));
        Assert.Equal([-20.5f], file.InputLoudness);
    }

    [Fact]
    public void Read_AFileThatCallsAFunction_IsRefusedWithItsName()
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            DacFileReader.Read(Golden.Path("dac/forms/calls_os_system.dac"))
        );

        Assert.Equal("VNC0802", error.Id);
        Assert.StartsWith("VNC0802: " + Golden.Path("dac/forms/calls_os_system.dac"), error.Message, StringComparison.Ordinal);
        Assert.Contains("posix.system", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnotherObject_IsRefusedWithTheGlobalsItNames() =>
        AssertRefused("VNC0802", Pickle(pickle => pickle.Global("os", "system")), "with the globals os.system");

    [Fact]
    public void Read_AnArrayOfNumbers_IsRefused() =>
        AssertRefused(
            "VNC0802",
            Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Header).Replace("|O", "<f4", StringComparison.Ordinal)),
            null
        );

    [Theory]
    [InlineData("checkpoint_zoo/refuse/empty.pth")]
    [InlineData("checkpoint_zoo/refuse/text.pth")]
    [InlineData("checkpoint_zoo/weights.pth")]
    public void Read_AnotherFile_IsRefused(string file)
    {
        Assert.False(DacFileReader.IsDacFile(Golden.Path(file)));
        Assert.Equal("VNC0801", Assert.Throws<CheckpointException>(() => DacFileReader.Read(Golden.Path(file))).Id);
    }

    [Fact]
    public void Read_FewerBytesThanTheShapeSays_IsRefused()
    {
        byte[] bytes = File.ReadAllBytes(Golden.Path("dac/forms/protocol2.dac"));
        // The shape (2, 3, 4) becomes (2, 3, 5).
        int at = bytes.AsSpan().IndexOf("K\x02K\x03K\x04"u8);
        bytes[at + 5] = 5;

        AssertRefused("VNC0803", bytes, "[2, 3, 5] of u2");
    }

    [Theory]
    [InlineData("1.0.0", "2.0.0", "VNC0804")]
    [InlineData("padding", "paddinh", "VNC0802")]
    [InlineData("input_db", "input_dc", "VNC0802")]
    public void Read_OtherSettings_AreRefused(string old, string now, string id)
    {
        byte[] bytes = File.ReadAllBytes(Golden.Path("dac/odd/stereo.dac"));
        int at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(old));
        Encoding.ASCII.GetBytes(now, bytes.AsSpan(at));

        AssertRefused(id, bytes, now);
    }

    [Fact]
    public void Read_AMutatedFile_EndsWellOrInACheckpointException()
    {
        byte[] original = File.ReadAllBytes(Golden.Path("dac/forms/protocol2.dac"));
        Random random = new(20261128);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] mutated = [.. original];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            try
            {
                DacFile file = DacFileReader.Read(mutated.AsSpan(0, random.Next(4) == 0 ? random.Next(mutated.Length) : mutated.Length));
                Assert.Equal(file.Codes.Length, file.Channels * file.Codebooks * file.Frames);
            }
            catch (CheckpointException error)
            {
                Assert.StartsWith("VNC", error.Id, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 1, 2999);
    }

    private static byte[] Pickle(Action<PickleWriter> write)
    {
        PickleWriter pickle = new(3);
        write(pickle);
        return [.. Header, .. pickle.Finish().Span];
    }

    private static void AssertRefused(string id, byte[] bytes, string? part)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => DacFileReader.Read(bytes.AsSpan()));

        Assert.Equal(id, error.Id);
        Assert.Contains(part ?? "", error.Message, StringComparison.Ordinal);
    }
}
