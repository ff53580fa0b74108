using VampNet.Checkpoints.Metadata;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests;

/// <summary>Damaged files: whatever is changed, reading ends well or in an error of ours.</summary>
public sealed class MutationTests
{
    private const int Cases = 600;

    private static readonly CheckpointLimits Limits = new() { PickleMemory = 8 << 20, ExpandedBytes = 1 << 20 };

    [Theory]
    [InlineData("checkpoint_zoo/weights.pth")]
    [InlineData("checkpoint_zoo/torch2_layout.pth")]
    [InlineData("checkpoint_zoo/odd_tensors.pth")]
    [InlineData("checkpoint_zoo/legacy.pth")]
    [InlineData("checkpoint_zoo/parameter.pth")]
    [InlineData("micro/coarse_forward_b1_t5.safetensors")]
    public void Read_AMutatedFile_EndsWellOrInACheckpointException(string file)
    {
        byte[] original = File.ReadAllBytes(Golden.Path(file));
        Random random = new(20260501);
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] mutated = Mutate(original, random);
            try
            {
                using Checkpoint checkpoint = Checkpoint.Read(mutated, file, Limits);
                foreach (CheckpointTensor tensor in checkpoint.TensorList)
                {
                    Assert.Equal(tensor.ByteLength, tensor.ToBytes().Length);
                }

                Assert.NotEmpty(checkpoint.Metadata.ToJson());
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, Cases);
    }

    /// <summary>Pickles have no checksum in a stream, and a forged archive has a right one: here the unpickler sees every change.</summary>
    [Theory]
    [InlineData("checkpoint_zoo/odd_tensors.pth")]
    [InlineData("checkpoint_zoo/weights.pth")]
    [InlineData("checkpoint_zoo/codec_package.pth")]
    public void Read_AForgedPickle_EndsWellOrInACheckpointException(string file)
    {
        List<(string Name, byte[] Data)> entries = [];
        using (System.IO.Compression.ZipArchive archive = System.IO.Compression.ZipFile.OpenRead(Golden.Path(file)))
        {
            foreach (System.IO.Compression.ZipArchiveEntry entry in archive.Entries)
            {
                using MemoryStream data = new();
                using Stream content = entry.Open();
                content.CopyTo(data);
                entries.Add((entry.FullName, data.ToArray()));
            }
        }

        int pickle = entries.FindIndex(entry =>
            entry.Name.EndsWith("data.pkl", StringComparison.Ordinal) || entry.Name.EndsWith(".pth", StringComparison.Ordinal)
        );
        byte[] original = entries[pickle].Data;
        Random random = new(20260502);
        for (int i = 0; i < Cases / 2; i++)
        {
            entries[pickle] = (entries[pickle].Name, Mutate(original, random));
            byte[] forged = Archives.Zip([.. entries]);
            try
            {
                using Checkpoint checkpoint = Checkpoint.Read(forged, file, Limits);
                Assert.All(checkpoint.TensorList, tensor => Assert.Equal(tensor.ByteLength, tensor.ToBytes().Length));
            }
            catch (CheckpointException e)
            {
                Assert.StartsWith("VNC", e.Id, StringComparison.Ordinal);
            }
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] mutated = [.. original];
        switch (random.Next(4))
        {
            case 0:
                return mutated[..random.Next(mutated.Length)];
            case 1:
                int from = random.Next(mutated.Length),
                    to = random.Next(mutated.Length);
                int length = Math.Min(random.Next(1, 64), mutated.Length - Math.Max(from, to));
                original.AsSpan(from, length).CopyTo(mutated.AsSpan(to));
                return mutated;
            default:
                // The ends hold the headers, pickles and directories; most changes go there.
                for (int n = random.Next(1, 5); n > 0; n--)
                {
                    int reach = random.Next(3) == 0 ? mutated.Length : Math.Min(mutated.Length, 4096);
                    int at = random.Next(reach);
                    mutated[random.Next(2) == 0 ? at : mutated.Length - 1 - at] = random.Next(3) switch
                    {
                        0 => 0xff,
                        1 => 0,
                        _ => (byte)random.Next(256),
                    };
                }

                return mutated;
        }
    }
}
