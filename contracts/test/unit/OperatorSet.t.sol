// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test, Vm} from "forge-std/Test.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {TestToken} from "../../src/devnet/TestToken.sol";
import {OperatorSet} from "../../src/hub/OperatorSet.sol";
import {IOperatorSet} from "../../src/interfaces/IOperatorSet.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";

contract OperatorSetTest is Test {
    uint32 internal constant SET = 7;
    bytes32 internal constant DIGEST = keccak256("plan");

    address internal owner = makeAddr("owner");
    OperatorSet internal operatorSet;
    TestToken internal token;
    /// @dev Private keys, in ascending order of their addresses.
    uint256[] internal keys;
    address[] internal operators;

    function setUp() public {
        operatorSet = new OperatorSet(owner);
        token = new TestToken("Token", "T", 18, owner);
        for (uint256 key = 1; key <= 3; ++key) {
            uint256 at = operators.length;
            operators.push(vm.addr(key));
            keys.push(key);
            for (; at > 0 && operators[at - 1] > operators[at]; --at) {
                (operators[at - 1], operators[at]) = (operators[at], operators[at - 1]);
                (keys[at - 1], keys[at]) = (keys[at], keys[at - 1]);
            }
        }
        vm.prank(owner);
        operatorSet.addSet(SET, operators, 2);
    }

    // --------------------------------------------------------------------------------------------------- sets

    function test_KeepsASet() public view {
        (address[] memory kept, uint8 quorum) = operatorSet.operatorsOf(SET);
        assertEq(kept, operators);
        assertEq(quorum, 2);
        assertEq(operatorSet.validUntilOf(SET), type(uint64).max);
    }

    function test_RevertIf_CallerIsNotOwner() public {
        bytes memory expected = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this));
        vm.expectRevert(expected);
        operatorSet.addSet(8, operators, 1);
        vm.expectRevert(expected);
        operatorSet.retireSet(SET, 0);
    }

    function test_RevertIf_SetExists() public {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.OperatorSetExists.selector, SET));
        operatorSet.addSet(SET, operators, 1);
    }

    function test_RevertIf_QuorumIsInvalid() public {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.QuorumInvalid.selector, 0, 3));
        operatorSet.addSet(8, operators, 0);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.QuorumInvalid.selector, 4, 3));
        operatorSet.addSet(8, operators, 4);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.QuorumInvalid.selector, 1, 0));
        operatorSet.addSet(8, new address[](0), 1);
    }

    function test_RevertIf_OperatorsAreZeroRepeatedOrOutOfOrder() public {
        vm.startPrank(owner);
        address[] memory wrong = new address[](2);
        vm.expectRevert(IOperatorSet.OperatorZero.selector);
        operatorSet.addSet(8, wrong, 1);
        (wrong[0], wrong[1]) = (operators[1], operators[0]);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.OperatorsNotAscending.selector, operators[1], operators[0]));
        operatorSet.addSet(8, wrong, 1);
        (wrong[0], wrong[1]) = (operators[1], operators[1]);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.OperatorsNotAscending.selector, operators[1], operators[1]));
        operatorSet.addSet(8, wrong, 1);
    }

    // ----------------------------------------------------------------------------------------------- signatures

    function test_AcceptsAQuorumAndMore() public view {
        operatorSet.verify(SET, DIGEST, _signatures(0, 1));
        operatorSet.verify(SET, DIGEST, _signatures(0, 2));
        bytes[] memory all = new bytes[](3);
        (all[0], all[1], all[2]) = (_signature(keys[0]), _signature(keys[1]), _signature(keys[2]));
        operatorSet.verify(SET, DIGEST, all);
    }

    function test_RevertIf_SetIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.OperatorSetUnknown.selector, 8));
        operatorSet.verify(8, DIGEST, new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.OperatorSetUnknown.selector, 8));
        operatorSet.operatorsOf(8);
    }

    function test_RevertIf_QuorumIsNotReached() public {
        bytes[] memory one = new bytes[](1);
        one[0] = _signature(keys[0]);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.QuorumNotReached.selector, 2, 1));
        operatorSet.verify(SET, DIGEST, one);
    }

    function test_RevertIf_AnOperatorSignsTwiceOrSignersAreOutOfOrder() public {
        bytes[] memory signatures = _signatures(1, 1);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.SignersNotAscending.selector, operators[1], operators[1]));
        operatorSet.verify(SET, DIGEST, signatures);
        signatures = _signatures(1, 0);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.SignersNotAscending.selector, operators[1], operators[0]));
        operatorSet.verify(SET, DIGEST, signatures);
    }

    function test_RevertIf_ASignerIsNoOperator() public {
        bytes[] memory signatures = _signatures(0, 1);
        signatures[1] = _signature(99);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.SignerNotOperator.selector, vm.addr(99)));
        operatorSet.verify(SET, DIGEST, signatures);
    }

    function test_RevertIf_AnOperatorOfAnotherSetSigns() public {
        address[] memory other = new address[](1);
        other[0] = vm.addr(99);
        vm.prank(owner);
        operatorSet.addSet(8, other, 1);
        bytes[] memory signatures = _signatures(0, 1);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.SignerNotOperator.selector, operators[0]));
        operatorSet.verify(8, DIGEST, signatures);
    }

    function test_RevertIf_ASignatureIsMalformedOrMalleable() public {
        bytes[] memory signatures = _signatures(0, 1);
        signatures[1] = hex"00";
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 1));
        operatorSet.verify(SET, DIGEST, signatures);

        // The other root of the same signature.
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[1], DIGEST);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 otherS = bytes32(order - uint256(s));
        signatures[1] = abi.encodePacked(r, otherS, v == 27 ? 28 : 27);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, otherS));
        operatorSet.verify(SET, DIGEST, signatures);
    }

    function test_ARetiredSetIsAcceptedUntilItsLastSecond() public {
        uint64 validUntil = uint64(block.timestamp + 100);
        vm.expectEmit(address(operatorSet));
        emit IOperatorSet.OperatorSetRetired(SET, validUntil);
        vm.prank(owner);
        operatorSet.retireSet(SET, validUntil);
        vm.warp(validUntil);
        operatorSet.verify(SET, DIGEST, _signatures(0, 1));
        vm.warp(validUntil + 1);
        bytes[] memory signatures = _signatures(0, 1);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.OperatorSetExpired.selector, SET, validUntil));
        operatorSet.verify(SET, DIGEST, signatures);
    }

    // ---------------------------------------------------------------------------------------------------- fees

    function test_SharesFeesEquallyAndKeepsTheRemainder() public {
        _accrue(100);
        assertEq(operatorSet.claimableFees(SET, operators[0], address(token)), 33);
        assertEq(_claim(0), 33);
        assertEq(_claim(0), 0);
        _accrue(2);
        // The one that was left over counts with the next two: 102 / 3.
        assertEq(_claim(0), 1);
        assertEq(_claim(1), 34);
        assertEq(_claim(2), 34);
        assertEq(token.balanceOf(address(operatorSet)), 0);
    }

    function test_ARetiredSetStillEarnsAndPays() public {
        vm.prank(owner);
        operatorSet.retireSet(SET, 0);
        _accrue(3);
        assertEq(_claim(1), 1);
    }

    function test_RevertIf_ClaimerIsNoOperator() public {
        _accrue(3);
        assertEq(operatorSet.claimableFees(SET, address(this), address(token)), 0);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.SignerNotOperator.selector, address(this)));
        operatorSet.claimFees(SET, address(token));
    }

    function test_RevertIf_FeesAccrueToAnUnknownSet() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.OperatorSetUnknown.selector, 8));
        operatorSet.accrue(8, address(token), 1);
    }

    function test_RevertIf_TheTokenArrivesShort() public {
        FeeOnTransferToken short = new FeeOnTransferToken();
        short.mint(address(this), 100);
        short.approve(address(operatorSet), 100);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.FeesShort.selector, address(short), 100, 99));
        operatorSet.accrue(SET, address(short), 100);
    }

    /// @dev Whatever accrues and whoever claims when: the set pays out what came in but for less than one unit an operator.
    function testFuzz_NeverPaysMoreThanAccrued(uint96[8] calldata amounts, uint8[8] calldata claimers) public {
        uint256 total;
        for (uint256 i; i < amounts.length; ++i) {
            _accrue(amounts[i]);
            total += amounts[i];
            _claim(claimers[i] % 3);
        }
        for (uint256 i; i < 3; ++i) {
            _claim(i);
            assertEq(token.balanceOf(operators[i]), total / 3);
        }
    }

    function _accrue(uint256 amount) private {
        vm.prank(owner);
        token.mint(address(this), amount);
        token.approve(address(operatorSet), amount);
        operatorSet.accrue(SET, address(token), amount);
    }

    function _claim(uint256 index) private returns (uint256) {
        vm.prank(operators[index]);
        return operatorSet.claimFees(SET, address(token));
    }

    function _signature(uint256 key) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, DIGEST);
        return abi.encodePacked(r, s, v);
    }

    function _signatures(uint256 first, uint256 second) private view returns (bytes[] memory signatures) {
        signatures = new bytes[](2);
        (signatures[0], signatures[1]) = (_signature(keys[first]), _signature(keys[second]));
    }
}
