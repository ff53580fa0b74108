using System.Numerics;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Checkpoints.Tests.Metadata;

public sealed class MetadataReaderTests
{
    [Fact]
    public void Read_EveryKindInTheZoo_IsKept()
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointZoo.Path("odd_tensors.pth"));

        Assert.Equal(
            """{"none":null,"nested":[1,[2.5,"x"],{"k":true}],"size":[2,3],"big":1180591620717411303424,"neg":-5,"np":1.25"""
                + ""","npi":768,"unicode":"García ✓","set":[1,2],"dtype":{"$global":"torch.float16"}"""
                + ""","device":"cpu","bytes":{"$bytes":"AP8="}}""",
            checkpoint.Metadata.ToJson()
        );
        Assert.Equal(BigInteger.Pow(2, 70), Assert.IsType<MetadataValue.Integer>(checkpoint.Metadata["big"]).Value);
        Assert.Equal(MetadataValue.SequenceKind.Set, Assert.IsType<MetadataValue.Sequence>(checkpoint.Metadata["set"]).Kind);
    }

    [Fact]
    public void Read_AnUnknownClass_BecomesItsName()
    {
        using Checkpoint checkpoint = Archives.Read(
            Archives.Pth(Archives.Saved($"}}{Archives.Text("args")}cargparse\nNamespace\n)\u0081}}{Archives.Text("lr")}K\u0001sbs"))
        );

        Assert.Equal(new MetadataValue.Opaque("argparse.Namespace"), checkpoint.Metadata["args"]);
        Assert.Equal(["argparse.Namespace", "torch.FloatStorage", "torch._utils._rebuild_tensor_v2"], checkpoint.Globals);
    }

    [Fact]
    public void Read_ATensorInMetadata_IsNamedByItsPath()
    {
        using Checkpoint checkpoint = Archives.Read(Archives.Pth(Archives.Saved($"}}{Archives.Text("stats")}]{Archives.Tensor}as")));

        MetadataValue.Tensor tensor = Assert.IsType<MetadataValue.Tensor>(checkpoint.Metadata["stats"]!.AsSequence()[0]);
        Assert.Equal("metadata.stats.0", tensor.Value.Name);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], tensor.Value.ToSingles());
    }

    [Fact]
    public void Read_AListThatHoldsItself_IsRefused() => Archives.Refused("VNC0409", Archives.Pth(Archives.Saved("]q\u0007h\u0007a")));

    [Fact]
    public void Read_DeepNesting_IsRefused() => Archives.Refused("VNC0409", Archives.Pth(Archives.Saved($"){new string('\u0085', 1000)}")));

    [Fact]
    public void Read_SharedListsThatBlowUp_AreRefusedAtLittleCost()
    {
        // Thirty lists, each holding the one before it ten times: 10^30 values in 1 kB.
        string bomb = "]q\0";
        for (int i = 0; i < 30; i++)
        {
            bomb += $"({string.Concat(Enumerable.Repeat($"h{(char)i}", 10))}lq{(char)(i + 1)}";
        }

        byte[] bytes = Archives.Pth(Archives.Saved($"({bomb}1h\u001e"));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Archives.Refused("VNC0409", bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 << 20);
    }
}
